// The C++17 wrapper: what it adds to the C ABI, and that it adds no numbers.
#include "bocpd.hpp"

#include <array>
#include <cmath>
#include <limits>
#include <thread>
#include <vector>

#include "check.h"

namespace {

// Two levels with noise; the change is at `at`.
std::vector<double> series(std::size_t n, std::size_t at) {
    unsigned long long state = 11;
    std::vector<double> xs(n);
    for (std::size_t i = 0; i < n; ++i) {
        xs[i] = normal(&state) + (i < at ? 0.0 : 6.0);
    }
    return xs;
}

bocpd::config plain() {
    bocpd::config config;
    config.gaussian(0, 1, 1, 1).constant_hazard(100);
    return config;
}

template <class Exception, class Call>
Exception thrown(Call call) {
    try {
        call();
    } catch (const Exception &exception) {
        return exception;
    }
    CHECK(!"nothing of that type was thrown");
    std::abort();
}

void errors() {
    bocpd::config config;
    const auto bad = thrown<bocpd::error>([&] { config.gaussian(0, -1, 1, 1); });
    CHECK(bad.status() == BOCPD_INVALID_PARAMETER);
    CHECK(std::string(bad.what()).find("kappa must") == 0);
    CHECK(std::string(bad.status_message()).size() > 5);
    CHECK(thrown<bocpd::error>([&] { bocpd::detector d(config); }).status() ==
          BOCPD_INCOMPLETE);
    bocpd::detector detector(plain());
    const double infinity = std::numeric_limits<double>::infinity();
    CHECK(thrown<bocpd::error>([&] { detector.step(infinity); }).status() == BOCPD_NON_FINITE);
    const std::vector<double> xs{0.0, 1.0, infinity, 2.0};
    const auto batch = thrown<bocpd::batch_error>([&] { detector.step_many(xs); });
    CHECK(batch.processed() == 2 && batch.status() == BOCPD_NON_FINITE);
    CHECK(detector.observations() == 2);
    CHECK(thrown<bocpd::error>([&] { bocpd::detector::restore({}); }).status() ==
          BOCPD_SNAPSHOT);
}

void ownership() {
    bocpd::detector first(plain());
    first.step(0.5);
    bocpd::detector copy(first);
    copy.step(0.25);
    CHECK(first.observations() == 1 && copy.observations() == 2);
    bocpd::detector moved(std::move(copy));
    CHECK(moved.observations() == 2);
    CHECK(thrown<bocpd::error>([&] { copy.step(1.0); }).status() == BOCPD_NULL_POINTER);
    copy = moved;
    CHECK(copy.observations() == 2);
    copy = std::move(first);
    CHECK(copy.observations() == 1);
    bocpd::config config = plain();
    bocpd::config other = config;
    other.poisson(1, 1);
    bocpd::detector gaussian(config);
    gaussian.step(-0.5);
    std::vector<bocpd::detector> many(3, gaussian);
    many.emplace_back(config);
    CHECK(many[2].observations() == 1 && many[3].observations() == 0);
}

// The same calls, with and without the wrapper: the same bits.
void no_arithmetic() {
    const std::vector<double> xs = series(300, 200);
    bocpd_config *config = nullptr;
    bocpd_detector *c = nullptr;
    CHECK_OK(bocpd_config_new(&config));
    CHECK_OK(bocpd_config_set_gaussian(config, 0, 1, 1, 1));
    CHECK_OK(bocpd_config_set_constant_hazard(config, 100));
    CHECK_OK(bocpd_detector_new(config, &c));
    bocpd_config_free(config);
    bocpd::detector cpp(plain());
    std::vector<double> ps;
    for (double x : xs) {
        double p = 0;
        CHECK_OK(bocpd_detector_step(c, x, &p));
        ps.push_back(p);
        CHECK(cpp.step(x) == p);
    }
    double value = 0;
    CHECK_OK(bocpd_detector_ln_evidence(c, &value));
    CHECK(cpp.ln_evidence() == value);
    CHECK_OK(bocpd_detector_mean_run_length(c, &value));
    CHECK(cpp.mean_run_length() == value);
    CHECK_OK(bocpd_detector_map_ln_joint(c, &value));
    CHECK(cpp.map_ln_joint() == value);
    CHECK_OK(bocpd_detector_ln_predictive(c, &value));
    CHECK(cpp.ln_predictive() == value);
    CHECK_OK(bocpd_detector_pruned_mass(c, &value));
    CHECK(value > 0 && cpp.pruned_mass() == value);
    bocpd_detector_free(c);

    CHECK(cpp.changepoints() == std::vector<std::uint64_t>{200});
    auto both = cpp.settled();
    for (std::uint64_t change : cpp.provisional()) {
        both.push_back(change);
    }
    CHECK(both == cpp.changepoints());
    CHECK(cpp.map_run_length() == 99 && cpp.map_probability() > 0.5);
    CHECK(cpp.p_change_now() == ps.back() && cpp.p_recent_change(100) > 0.9);
    const auto posterior = cpp.run_length_posterior();
    CHECK(posterior.size() == cpp.live());
    double sum = 0;
    for (const bocpd::start &start : posterior) {
        CHECK(start.index < 300);
        sum += start.probability;
    }
    CHECK(std::fabs(sum - 1) < 1e-12);

    bocpd::detector restored = bocpd::detector::restore(cpp.snapshot());
    CHECK(restored.step(6.0) == cpp.step(6.0));
    cpp.reset();
    CHECK(cpp.observations() == 0 && cpp.run_length_posterior().empty());
    const auto batch = cpp.step_many(xs);
    CHECK(batch.p_change_now == ps && batch.map_run_length.back() == 99);
    cpp.reset();
    CHECK(cpp.step_many(xs.data(), xs.size(), 1).p_change_now == ps);
    CHECK(cpp.take_settled().size() + cpp.provisional().size() == 1);
}

void every_setter() {
    const double nu[] = {3, 30}, prior[] = {0.5, 0.5};
    const std::array<double, 2> table{0.1, 0.05};
    std::vector<bocpd::config> configs(10, plain());
    configs[0].student_t(0, 1, 1, 1, 4).rate_hazard(0.01);
    configs[1].student_t_grid(0, 1, 1, 1, nu).weibull_hazard(2, 50);
    configs[2].student_t_grid(0, 1, 1, 1, nu, prior).log_logistic_hazard(2, 50);
    configs[3].poisson(1, 1).negative_binomial_hazard(2, 0.1);
    configs[4].bernoulli(1, 1).table_hazard(table);
    configs[5].binomial(1, 1, 5).exact();
    configs[6].gamma(1, 1, 2).exact().max_hypotheses(32).resample(7);
    configs[7].min_weight(1e-4);
    configs[8].max_run_length(50).missing_is_error();
    configs[9].missing_is_skipped();
    for (bocpd::config &config : configs) {
        bocpd::detector detector(config);
        CHECK(detector.step(1.0) == 1.0);
        CHECK(detector.step(1.0) < 1.0);
        CHECK(detector.skip() < 1.0);
    }
    const double levels[] = {1, 2, 3};
    for (int model = 0; model < 5; ++model) {
        bocpd::config config = plain();
        switch (model) {
        case 0: config.gaussian_for(levels); break;
        case 1: config.student_t_for(levels); break;
        case 2: config.student_t_grid_for(levels); break;
        case 3: config.poisson_for(levels); break;
        default: config.gamma_for(levels, 1); break;
        }
        CHECK(bocpd::detector(config).step(2.0) == 1.0);
    }
    bocpd::detector timed(configs[0]);
    timed.step_after(1.0, 0.5);
    CHECK(timed.skip_after(1000.0) > 0.99);
    CHECK(bocpd::detector(configs[9]).step(std::nan("")) == 1.0);
    const std::vector<double> xs = series(100, 50);
    bocpd::detector automatic(bocpd::config::for_series(xs));
    automatic.step_many(xs);
    CHECK(automatic.changepoints() == std::vector<std::uint64_t>{50});
}

void memory_and_outlook() {
    const std::vector<double> xs = series(120, 70);
    bocpd::config config = plain();
    config.history_lag(3).history_none().history_all().alarm(0.9, 50, 3, 0.5, 0, false);
    bocpd::detector detector(config);
    detector.step_many(xs);
    const auto smoothed = detector.smoothed();
    CHECK(smoothed.first == 0 && smoothed.p_change_at.size() == 120);
    CHECK(detector.p_change_at(70) == smoothed.p_change_at[70]);
    CHECK(detector.p_change_between(60, 80) > 0.9);
    CHECK(detector.expected_changes() > 0.9 && detector.expected_changes() < 3);
    const auto changes = detector.changepoints();
    const auto locations = detector.locations(changes, 0.9);
    CHECK(locations.size() == 1 && locations[0].low <= 70 && locations[0].high >= 70);
    CHECK(locations[0].index == 70 && locations[0].probability == smoothed.p_change_at[70]);
    CHECK(locations[0].first == 1 && locations[0].last == 119 && locations[0].share >= 0.9);
    CHECK(locations[0].credible.front() == locations[0].low);
    const auto draws = detector.sample_segmentations(20, 1);
    CHECK(draws.size() == 20 && !draws[0].empty());
    const bocpd::distribution next = detector.predict();
    CHECK(std::fabs(next.mean() - 6) < 1 && next.variance() > 0 && next.name() == "observation");
    CHECK(std::fabs(detector.predict_after(1).mean() - next.mean()) < 1e-9);
    const double median = next.quantile(0.5);
    CHECK(std::fabs(next.tail(median).above - 0.5) < 1e-6 && !next.is_discrete());
    CHECK(next.interval(0.5).low < median && next.support().high > 1e300);
    CHECK(next.ln_density(median) > next.ln_density(median + 5));
    const auto parameters = detector.parameters();
    CHECK(parameters.size() == 2 && parameters[1].name() == "variance");
    CHECK(detector.simulate(1, 10) == detector.simulate(1, 10));
    CHECK(std::fabs(detector.p_change_within(1) - 0.01) < 1e-12);
    CHECK(std::fabs(detector.p_next_change_after(1) - 0.01) < 1e-12);
    CHECK(std::fabs(detector.expected_residual() - 100) < 1e-9);
    CHECK(detector.shift().p_rose > 0.9 && detector.alarm_probability() < 0.9);
    CHECK(detector.shift_between(65, 75).difference > 3);
    const auto alarms = detector.take_alarms();
    CHECK(alarms.size() == 1 && alarms[0].began == 70 && alarms[0].shift->sd > 0);
    CHECK(detector.alarm_is_on()); // its change lies within the window
    CHECK(detector.take_alarms().empty());
    detector.acknowledge();
    bocpd::detector silent(config.alarm(0.2).no_alarm().shifts(false));
    silent.step_many(xs);
    CHECK(silent.take_alarms().empty() && !silent.alarm_is_on());
}

void whole_jobs() {
    const std::vector<double> xs = series(120, 70);
    const bocpd::detection found = bocpd::detect(xs);
    const auto changes = found.changes();
    CHECK(changes.size() == 1 && changes[0].index == 70 && found.observations() == 120);
    CHECK(found.jump(0).parameter == "mean" && found.jump(0).difference > 5);
    CHECK(thrown<bocpd::error>([&] { found.jump(1); }).status() == BOCPD_INDEX);
    const auto segments = found.segments();
    CHECK(segments.size() == 2 && segments[1].start == 70 && segments[1].ln_bayes_factor > 5);
    CHECK(segments[0].parameters[1].name == "variance");
    CHECK(found.p_change_at().size() == 120 && found.p_change_at()[70] == changes[0].probability);
    CHECK(found.expected_changes() > 0.9 && found.mass() == 0.9 && found.pruned_mass() == 0);
    CHECK(found.map_ln_joint() < found.ln_evidence());
    CHECK(found.assumptions().find("Gaussian") != std::string::npos);
    bocpd::config config = found.config();
    const bocpd::detection again = bocpd::detect(xs, config);
    CHECK(again.ln_evidence() == found.ln_evidence());
    bocpd::detector detector(config.history_all());
    detector.step_many(xs);
    CHECK(detector.detection(xs).p_change_at() == found.p_change_at());
    CHECK(bocpd::detector(detector.config()).observations() == 0);
    const std::vector<std::uint64_t> at{70};
    CHECK(detector.segments(xs, at, 0.9)[1].ln_evidence == segments[1].ln_evidence);
    const bocpd::segmentations by_number = detector.segmentations(xs, 2);
    CHECK(by_number.all.size() == 3 && by_number.all[1].changes == 1 && by_number.exact);
    CHECK(by_number.all[1].changepoints == at && by_number.p_more < 0.5);
    CHECK(bocpd::detect_changes(xs, 0).changes().empty());
    const bocpd::detection two = bocpd::detect_changes(xs, 2, config);
    CHECK(two.changes().size() == 2 && two.map_ln_joint() == by_number.all[2].ln_joint);

    std::vector<double> wild = xs;
    wild[30] = 500;
    CHECK(found.p_outlier().size() == 120 && detector.p_outlier() < 0.5);
    bocpd::config with = bocpd::config(config).outliers(0.01).outliers(0.02, 0.0, 20.0);
    bocpd::detector careful(with);
    careful.step_many(wild);
    CHECK(careful.changepoints() == at && careful.p_outlier() < 0.5);
    const auto outliers = careful.p_outlier_in(wild, at);
    CHECK(outliers.size() == 120 && outliers[30] > 0.9 && outliers[70] < 0.5);
    CHECK(bocpd::detect(wild, with).p_outlier() == outliers);
    CHECK(bocpd::detect(xs, with.no_outliers()).p_outlier().empty());
    CHECK(found.remarks().empty());
    const auto remarks = bocpd::detect(std::vector<double>(30, 4.5)).remarks();
    CHECK(remarks.size() == 1 && remarks[0].kind == "all_equal" && remarks[0].value == 4.5);
    CHECK(remarks[0].text.find("4.5") != std::string::npos);
    bocpd::config coarse = bocpd::config(config);
    coarse.resolution(0.001).min_segment(5).sensitivity(0.5);
    CHECK(bocpd::detect(xs, coarse).changes().empty());
    CHECK(thrown<bocpd::error>([&] { coarse.min_segment(0); }).status() == BOCPD_INVALID_PARAMETER);

    bocpd::effort effort;
    effort.streams = 50;
    const auto simulated = bocpd::calibrate_average_run_length(config, 30, effort);
    CHECK(simulated.threshold > 0 && simulated.streams == 50 && simulated.horizon == 600);
    CHECK(simulated.quantity == "average_run_length" && simulated.target == 30);
    CHECK(simulated.achieved >= 30 && simulated.error > 0 && simulated.low < simulated.achieved);
    CHECK(simulated.high > simulated.achieved && simulated.censored < 0.2);
    effort.quiet = bocpd::span<const double>(xs.data(), 70);
    CHECK(bocpd::calibrate_false_alarm(config, 0.1, 50, effort).achieved <= 0.1);

    const std::vector<std::vector<double>> series = {xs, xs};
    const auto fit = bocpd::fit_series(series, plain(), "alpha");
    CHECK(fit.ln_evidence > fit.ln_evidence_before && fit.series == 2 && fit.evaluations > 1);
    CHECK(fit.observations == 2 * xs.size() && fit.parameters.size() == 5);
    CHECK(fit.parameters[2].name == "alpha" && fit.parameters[2].outcome == "fixed");
    CHECK(fit.parameters[4].part == "hazard" && fit.parameters[4].before != fit.parameters[4].value);
    double sum = 0;
    for (const auto &one : series) {
        bocpd::detector fitted(fit.config);
        fitted.step_many(one);
        sum += fitted.ln_evidence();
    }
    CHECK(std::abs(sum - fit.ln_evidence) < 1e-6);
}

// Yes or no, with a beta prior: a model that knows everything of itself.
struct coin {
    struct stats {
        double a, b;
    };
    static constexpr std::size_t dimension = 1;
    static constexpr bool discrete = true;

    stats prior() const noexcept { return {1, 1}; }
    double ln_predictive(const stats &s, const double *x) const noexcept {
        return std::log((*x == 1 ? s.a : s.b) / (s.a + s.b));
    }
    void update(stats &s, const double *x) const noexcept { (*x == 1 ? s.a : s.b) += 1; }
    bool check(const double *x) const noexcept { return *x == 0 || *x == 1; }
    bocpd::moments predictive_moments(const stats &s) const noexcept {
        const double p = s.a / (s.a + s.b);
        return {p, p * (1 - p)};
    }
    double predictive_cdf(const stats &s, double x) const noexcept {
        return x < 0 ? 0 : x < 1 ? s.b / (s.a + s.b) : 1;
    }
    bocpd::moments level_moments(const stats &s) const noexcept {
        const double n = s.a + s.b, p = s.a / n;
        return {p, p * (1 - p) / (n + 1)};
    }
    // The beta distribution of whole parameters is a sum of binomial probabilities.
    double level_cdf(const stats &s, double x) const noexcept {
        x = x < 0 ? 0 : x > 1 ? 1 : x;
        const double n = s.a + s.b - 1;
        double sum = 0;
        for (double k = s.a; k <= n; ++k) {
            sum += std::exp(std::lgamma(n + 1) - std::lgamma(k + 1) - std::lgamma(n - k + 1)) *
                   std::pow(x, k) * std::pow(1 - x, n - k);
        }
        return sum;
    }
    void simulate(bocpd::random_numbers random, std::size_t count, double *xs) const noexcept {
        const double p = random();
        for (std::size_t i = 0; i < count; ++i) {
            xs[i] = random() < p ? 1 : 0;
        }
    }
};

void own_model_that_knows_itself() {
    bocpd::config own, built_in;
    own.own_model(coin{}).constant_hazard(30).shifts(true);
    built_in.bernoulli(1, 1).constant_hazard(30).shifts(true);
    bocpd::detector a(own), b(built_in);
    for (int t = 0; t < 40; ++t) {
        const double x = t < 20 ? t % 5 == 0 : t % 5 != 0;
        CHECK(std::fabs(a.step(x) - b.step(x)) < 1e-9);
    }
    CHECK(thrown<bocpd::error>([&] { a.step(0.5); }).status() == BOCPD_OUT_OF_SUPPORT);
    const auto p = a.predict(), q = b.predict();
    CHECK(p.is_discrete() && p.quantile(0.3) == q.quantile(0.3));
    CHECK(std::fabs(p.mean() - q.mean()) < 1e-9);
    CHECK(std::fabs(p.tail(1).pit - q.tail(1).pit) < 1e-9);
    CHECK(std::fabs(a.shift().p_rose - b.shift().p_rose) < 5e-3);
    const auto level = a.parameters(), probability = b.parameters();
    CHECK(level.size() == 1 && level[0].name() == "level");
    CHECK(std::fabs(level[0].quantile(0.9) - probability[0].quantile(0.9)) < 1e-6);
    for (double x : a.simulate(3, 20)) {
        CHECK(x == 0 || x == 1);
    }
}

// Exponential waiting times in two queues, with a gamma prior on each rate.
struct queues {
    struct stats {
        double a, b[2];
    };
    static constexpr std::size_t dimension = 2;
    double a0, b0;

    stats prior() const noexcept { return {a0, {b0, b0}}; }
    double ln_predictive(const stats &s, const double *x) const noexcept {
        double ln = 0;
        for (int i = 0; i < 2; ++i) {
            ln += std::log(s.a) + s.a * std::log(s.b[i]) - (s.a + 1) * std::log(s.b[i] + x[i]);
        }
        return ln;
    }
    void update(stats &s, const double *x) const noexcept {
        s.a += 1;
        s.b[0] += x[0];
        s.b[1] += x[1];
    }
};

/// Changes at a rate, and all that a hazard can say.
struct at_rate {
    double rate;
    double operator()(std::uint64_t) const noexcept { return -std::expm1(-rate); }
    double over(double, double elapsed) const noexcept { return -std::expm1(-rate * elapsed); }
    double ln_survival(std::uint64_t, std::uint64_t further) const noexcept {
        return -rate * static_cast<double>(further);
    }
    double ln_survival_over(double, double elapsed) const noexcept { return -rate * elapsed; }
};

void own_hazard_with_everything() {
    bocpd::config own, built_in;
    bocpd::detector mine(own.gaussian(0, 1, 1, 1).own_hazard(at_rate{1.0}));
    bocpd::detector theirs(built_in.gaussian(0, 1, 1, 1).rate_hazard(1.0));
    for (bocpd::detector *detector : {&mine, &theirs}) {
        detector->step(0.0);
        detector->step_after(45.0, 0.0);
    }
    const double p = mine.run_length_posterior()[0].probability;
    const double q = theirs.run_length_posterior()[0].probability;
    CHECK(p > 4e-20 && std::fabs(p / q - 1) < 1e-12);
    CHECK(mine.p_change_within(UINT64_MAX) == 1);
    CHECK(std::fabs(mine.expected_residual() - theirs.expected_residual()) < 1e-12);
}

void own_model_and_hazard() {
    bocpd::config config;
    int seen = 0;
    config.own_model(queues{1, 1}).own_hazard([&seen](std::uint64_t length) noexcept {
        seen = 1;
        return length < 3 ? 0.0 : 0.05;
    });
    bocpd::detector detector(config);
    unsigned long long state = 2;
    std::vector<double> rows;
    for (int t = 0; t < 150; ++t) {
        const double mean = t < 80 ? 1.0 : 20.0;
        rows.push_back(-mean * std::log(1 - uniform(&state)));
        rows.push_back(-2 * mean * std::log(1 - uniform(&state)));
    }
    CHECK(detector.dimension() == 2);
    bocpd::detector twin(detector);
    detector.step_many(bocpd::span<const double>(rows.data(), 200));
    const auto bytes = detector.snapshot();
    bocpd::detector restored = bocpd::detector::restore(config, bytes);
    for (std::size_t t = 100; t < 150; ++t) {
        const bocpd::span<const double> row(rows.data() + 2 * t, 2);
        CHECK(detector.step(row) == restored.step(row));
    }
    twin.step_many(rows);
    CHECK(twin.ln_evidence() == detector.ln_evidence());
    const auto changes = detector.changepoints();
    CHECK(seen == 1 && changes.size() == 1 && changes[0] > 75 && changes[0] < 85);
    CHECK(thrown<bocpd::error>([&] { detector.step(1.0); }).status() == BOCPD_DIMENSION);
}

void several_numbers() {
    const double missing = std::numeric_limits<double>::quiet_NaN();
    std::vector<double> rows;
    const std::vector<double> levels = series(120, 70);
    for (std::size_t t = 0; t < 120; ++t) {
        rows.push_back(levels[t]);
        rows.push_back(static_cast<double>(t % 3));
    }
    bocpd::config counts;
    counts.poisson(1, 1);
    bocpd::config config = plain();
    CHECK(config.dimension() == 1);
    config.add_number(counts).missing_is_skipped();
    CHECK(config.dimension() == 2);
    CHECK(thrown<bocpd::error>([&] { config.add_number(bocpd::config()); }).status() ==
          BOCPD_INCOMPLETE);
    CHECK(thrown<bocpd::error>([] { bocpd::config().dimension(); }).status() == BOCPD_INCOMPLETE);

    const bocpd::detection found = bocpd::detect(rows, config);
    CHECK(found.changes().size() == 1 && found.changes()[0].index == 70);
    CHECK(found.jump(0).dimension == 0 && found.jump(0).parameter == "mean");
    const auto parts = found.parts(0);
    CHECK(parts.size() == 2 && parts[0].dimension == 0 && parts[1].dimension == 1);
    CHECK(parts[0].ln_bayes_factor > 10 && parts[1].ln_bayes_factor < 0);
    CHECK(parts[0].jump->difference == found.jump(0).difference);
    CHECK(parts[1].jump->parameter == "rate" && parts[1].jump->dimension == 1);
    const auto segments = found.segments();
    CHECK(std::fabs(parts[0].ln_bayes_factor + parts[1].ln_bayes_factor -
                    segments[1].ln_bayes_factor) < 1e-9);
    CHECK(segments[0].parameters.size() == 3 && segments[0].parameters[2].dimension == 1);
    CHECK(thrown<bocpd::error>([&] { found.parts(1); }).status() == BOCPD_INDEX);
    CHECK(bocpd::detect(levels).parts(0).empty() && bocpd::detect(levels).jump(0).dimension == 0);
    CHECK(bocpd::detect(rows, config, 2).ln_evidence() == found.ln_evidence());
    CHECK(bocpd::detect(rows, {}, config).ln_evidence() == found.ln_evidence());
    CHECK(bocpd::detect_changes(rows, 1, config).changes()[0].index == 70);
    thrown<std::invalid_argument>([&] { bocpd::detect(rows, config, 3); });
    thrown<std::invalid_argument>([&] { bocpd::detect(std::vector<double>(3), config); });

    bocpd::detector detector(config);
    detector.step_many(rows);
    detector.step(std::vector<double>{missing, 1});
    CHECK(detector.observations() == 121);
    CHECK(thrown<bocpd::error>([&] { detector.step(std::vector<double>{0, 0.5}); }).status() ==
          BOCPD_OUT_OF_SUPPORT);
    const auto next = detector.predict_number(1);
    CHECK(next.is_discrete() && next.dimension() == 1 && std::fabs(next.mean() - 1) < 0.5);
    CHECK(detector.predict_number(0).mean() == detector.predict().mean());
    CHECK(std::fabs(detector.predict_number_after(1, 1).mean() - next.mean()) < 1e-9);
    CHECK(thrown<bocpd::error>([&] { detector.predict_number(2); }).status() ==
          BOCPD_INVALID_PARAMETER);
    const auto parameters = detector.parameters();
    CHECK(parameters.size() == 3 && parameters[2].dimension() == 1);

    const bocpd::config assumed = bocpd::config::for_rows(rows, 2);
    CHECK(assumed.dimension() == 2 && bocpd::detect(rows, assumed).changes().size() == 1);
    CHECK(thrown<bocpd::error>([&] { bocpd::config::for_rows(rows, 0); }).status() ==
          BOCPD_INVALID_PARAMETER);
    thrown<std::invalid_argument>([&] { bocpd::config::for_rows(rows, 7); });

    bocpd::effort effort;
    effort.streams = 20;
    effort.quiet = bocpd::span<const double>(rows.data(), 140);
    CHECK(bocpd::calibrate_false_alarm(config, 0.2, 20, effort).achieved <= 0.2);
    effort.dimension = 1;
    thrown<std::invalid_argument>([&] { bocpd::calibrate_false_alarm(config, 0.2, 20, effort); });
}

void threads() {
    const bocpd::config config = plain();
    const std::vector<double> xs = series(1000, 500);
    std::array<double, 8> evidence{};
    std::vector<std::thread> running;
    for (double &into : evidence) {
        running.emplace_back([&config, &xs, &into] {
            bocpd::detector detector(config);
            detector.step_many(xs);
            into = detector.ln_evidence();
        });
    }
    for (std::thread &thread : running) {
        thread.join();
    }
    for (double value : evidence) {
        CHECK(value == evidence[0] && value < 0);
    }
}

void panels() {
    bocpd::config config = plain();
    bocpd::panel panel(config);
    const std::vector<double> xs = series(60, 30);
    std::vector<std::uint64_t> keys;
    std::vector<double> rows, times;
    bocpd::detector alone(config);
    for (const double x : xs) {
        keys.insert(keys.end(), {1, 2});
        rows.insert(rows.end(), {x, -x});
        times.insert(times.end(), {1.0 * keys.size(), 1.0 * keys.size()});
        alone.step(x);
    }
    for (const bocpd_status status : panel.push_many(keys, rows)) {
        CHECK(status == BOCPD_OK);
    }
    CHECK(panel.size() == 2 && panel.keys()[1] == 2 && panel.pushed() == 120);
    CHECK(panel.detector(1)->ln_evidence() == alone.ln_evidence() && !panel.detector(3));
    const std::uint64_t mark = panel.pushed();
    bocpd::panel again = bocpd::panel::restore(panel.snapshot());
    CHECK(panel.push(1, 0.5) > 0 && panel.push_at(7, 0.25, 0.5) == 1.0);
    again.apply(panel.snapshot(mark));
    CHECK(again.snapshot() == panel.snapshot());
    again.remove(7);
    CHECK(again.size() == 2 && panel.take_events().size() <= 2);
    bocpd::panel timed(config);
    CHECK(timed.push_many(keys, rows, times).back() == BOCPD_OK);
    bocpd::panel waiting = bocpd::panel::automatic(5);
    CHECK(std::isnan(waiting.push(3, 0.5)) && !waiting.detector(3));
    try {
        panel.push_many(keys, xs);
        CHECK(!"as many rows as keys");
    } catch (const std::invalid_argument &) {
    }
    CHECK(bocpd_panel_count(panel.handle(), nullptr) == BOCPD_NULL_POINTER);
}

} // namespace

int main() {
    errors();
    ownership();
    no_arithmetic();
    every_setter();
    memory_and_outlook();
    whole_jobs();
    own_model_that_knows_itself();
    own_model_and_hazard();
    own_hazard_with_everything();
    several_numbers();
    panels();
    threads();
    if (failures == 0) {
        std::puts("wrapper: ok");
    }
    return failures != 0;
}
