// bocpd.hpp: libbocpd for C++17. Header only; link with the library as for bocpd.h,
// where the conventions stand.
//
// - Objects free what they hold. Configurations and detectors can be copied (a copy
//   goes its own way) and moved (what was moved from can only be assigned to or
//   destroyed).
// - Failures are exceptions of the type bocpd::error, with the status and the message.
//   On failure nothing has changed, but for batches, which say how far they came.
// - Nothing is computed here.
#ifndef BOCPD_HPP
#define BOCPD_HPP

#include <cstddef>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "bocpd.h"

namespace bocpd {

/// A call that failed.
class error : public std::runtime_error {
public:
    explicit error(bocpd_status status)
        : std::runtime_error(bocpd_last_error_message()), status_(status) {}

    /// The number: BOCPD_NON_FINITE and so on.
    bocpd_status status() const noexcept { return status_; }

    /// What the number means, without names and values.
    const char *status_message() const noexcept { return bocpd_status_message(status_); }

private:
    bocpd_status status_;
};

/// A batch that stopped early: the detector is as after `processed()` observations.
class batch_error : public error {
public:
    batch_error(bocpd_status status, std::size_t processed)
        : error(status), processed_(processed) {}

    /// The position of the observation that failed.
    std::size_t processed() const noexcept { return processed_; }

private:
    std::size_t processed_;
};

/// Throws unless the status is BOCPD_OK.
inline void check(bocpd_status status) {
    if (status != BOCPD_OK) {
        throw error(status);
    }
}

/// A stretch of someone else's memory: made from a vector, an array, or a pointer and a
/// length.
template <class T>
class span {
public:
    constexpr span() noexcept = default;
    constexpr span(T *data, std::size_t size) noexcept : data_(data), size_(size) {}
    template <std::size_t N>
    constexpr span(T (&array)[N]) noexcept : data_(array), size_(N) {}
    template <class C, class = std::enable_if_t<std::is_convertible_v<
                           decltype(std::declval<C &>().data()), T *>>>
    constexpr span(C &&container) noexcept(noexcept(container.data()))
        : data_(container.data()), size_(container.size()) {}

    constexpr T *data() const noexcept { return data_; }
    constexpr std::size_t size() const noexcept { return size_; }
    constexpr bool empty() const noexcept { return size_ == 0; }
    constexpr T *begin() const noexcept { return data_; }
    constexpr T *end() const noexcept { return data_ + size_; }
    constexpr T &operator[](std::size_t i) const noexcept { return data_[i]; }

private:
    T *data_ = nullptr;
    std::size_t size_ = 0;
};

/// What a detector is made from. Setters return the configuration, to be chained.
class config {
public:
    config() { check(bocpd_config_new(&handle_)); }

    /// For real numbers that nothing is known about but the values themselves.
    static config for_series(span<const double> values) {
        bocpd_config *handle = nullptr;
        check(bocpd_config_for(values.data(), values.size(), &handle));
        return config(handle);
    }

    config(const config &other) { check(bocpd_config_clone(other.handle_, &handle_)); }
    config(config &&other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
    config &operator=(config other) noexcept {
        std::swap(handle_, other.handle_);
        return *this;
    }
    ~config() { bocpd_config_free(handle_); }

    // -- models ---------------------------------------------------------------------
    config &gaussian(double mean, double kappa, double alpha, double beta) {
        return set(bocpd_config_set_gaussian(handle_, mean, kappa, alpha, beta));
    }
    config &student_t(double mean, double kappa, double alpha, double beta, double nu) {
        return set(bocpd_config_set_student_t(handle_, mean, kappa, alpha, beta, nu));
    }
    config &student_t_grid(double mean, double kappa, double alpha, double beta,
                           span<const double> nu) {
        return set(bocpd_config_set_student_t_grid(handle_, mean, kappa, alpha, beta,
                                                   nu.data(), nullptr, nu.size()));
    }
    config &student_t_grid(double mean, double kappa, double alpha, double beta,
                           span<const double> nu, span<const double> nu_prior) {
        if (nu.size() != nu_prior.size()) {
            throw std::invalid_argument("nu and nu_prior must have the same length");
        }
        return set(bocpd_config_set_student_t_grid(handle_, mean, kappa, alpha, beta,
                                                   nu.data(), nu_prior.data(), nu.size()));
    }
    config &poisson(double shape, double rate) {
        return set(bocpd_config_set_poisson(handle_, shape, rate));
    }
    config &bernoulli(double a, double b) {
        return set(bocpd_config_set_bernoulli(handle_, a, b));
    }
    config &binomial(double a, double b, std::uint64_t trials) {
        return set(bocpd_config_set_binomial(handle_, a, b, trials));
    }
    config &gamma(double shape, double rate, double known_shape) {
        return set(bocpd_config_set_gamma(handle_, shape, rate, known_shape));
    }

    /// A model of one's own: a class with
    ///
    ///     using stats = ...;                          // trivially copyable
    ///     static constexpr std::size_t dimension = 1; // numbers per observation
    ///     stats prior() const noexcept;
    ///     double ln_predictive(const stats &, const double *x) const noexcept;
    ///     void update(stats &, const double *x) const noexcept;
    ///
    /// It is called in whatever thread a detector is used in.
    template <class Model>
    config &own_model(Model model) {
        using stats = typename Model::stats;
        static_assert(std::is_trivially_copyable_v<stats>,
                      "statistics are copied byte by byte");
        const Model *typed = nullptr;
        static_assert(noexcept(typed->prior()) &&
                          noexcept(typed->ln_predictive(std::declval<const stats &>(),
                                                        std::declval<const double *>())) &&
                          noexcept(typed->update(std::declval<stats &>(),
                                                 std::declval<const double *>())),
                      "a model must not throw: mark its functions noexcept");
        (void)typed;
        bocpd_model table{};
        table.struct_size = sizeof table;
        table.dimension = Model::dimension;
        table.stats_size = sizeof(stats);
        table.stats_align = alignof(stats);
        table.prior = [](void *user, void *at) {
            new (at) stats(static_cast<const Model *>(user)->prior());
        };
        table.ln_predictive = [](void *user, const void *at, const double *x) {
            return static_cast<const Model *>(user)->ln_predictive(
                *static_cast<const stats *>(at), x);
        };
        table.update = [](void *user, void *at, const double *x) {
            static_cast<const Model *>(user)->update(*static_cast<stats *>(at), x);
        };
        table.release = [](void *user) { delete static_cast<Model *>(user); };
        auto user = std::make_unique<Model>(std::move(model));
        check(bocpd_config_set_own_model(handle_, &table, user.get()));
        user.release();
        return *this;
    }

    // -- hazards --------------------------------------------------------------------
    config &constant_hazard(double mean_run_length) {
        return set(bocpd_config_set_constant_hazard(handle_, mean_run_length));
    }
    config &rate_hazard(double per_unit_time) {
        return set(bocpd_config_set_rate_hazard(handle_, per_unit_time));
    }
    config &weibull_hazard(double shape, double scale) {
        return set(bocpd_config_set_weibull_hazard(handle_, shape, scale));
    }
    config &log_logistic_hazard(double shape, double scale) {
        return set(bocpd_config_set_log_logistic_hazard(handle_, shape, scale));
    }
    config &negative_binomial_hazard(std::uint32_t k, double p) {
        return set(bocpd_config_set_negative_binomial_hazard(handle_, k, p));
    }
    config &table_hazard(span<const double> hazards) {
        return set(bocpd_config_set_table_hazard(handle_, hazards.data(), hazards.size()));
    }

    /// A hazard of one's own: any function of the length, double(std::uint64_t)
    /// noexcept.
    template <class Function>
    config &own_hazard(Function function) {
        static_assert(std::is_nothrow_invocable_r_v<double, const Function &, std::uint64_t>,
                      "a hazard must not throw: mark it noexcept");
        bocpd_hazard table{};
        table.struct_size = sizeof table;
        table.hazard = [](void *user, std::uint64_t length) -> double {
            return (*static_cast<const Function *>(user))(length);
        };
        table.release = [](void *user) { delete static_cast<Function *>(user); };
        auto user = std::make_unique<Function>(std::move(function));
        check(bocpd_config_set_own_hazard(handle_, &table, user.get()));
        user.release();
        return *this;
    }

    // -- limits and missing values --------------------------------------------------
    config &exact() { return set(bocpd_config_set_exact(handle_)); }
    config &max_hypotheses(std::size_t count) {
        return set(bocpd_config_set_max_hypotheses(handle_, count));
    }
    config &min_weight(double weight) {
        return set(bocpd_config_set_min_weight(handle_, weight));
    }
    config &max_run_length(std::uint64_t run_length) {
        return set(bocpd_config_set_max_run_length(handle_, run_length));
    }
    config &missing_is_error() { return set(bocpd_config_set_missing_error(handle_)); }
    config &missing_is_skipped() { return set(bocpd_config_set_missing_skip(handle_)); }

    // -- what is remembered, what is reported ---------------------------------------
    config &history_none() { return set(bocpd_config_set_history_none(handle_)); }
    config &history_lag(std::uint64_t lag) {
        return set(bocpd_config_set_history_lag(handle_, lag));
    }
    config &history_all() { return set(bocpd_config_set_history_all(handle_)); }
    config &shifts(bool on) { return set(bocpd_config_set_shifts(handle_, on ? 1 : 0)); }
    config &alarm(double threshold, std::uint64_t window, std::uint64_t min_segment,
                  double clear, std::uint64_t cool_down, bool latched) {
        return set(bocpd_config_set_alarm(handle_, threshold, window, min_segment, clear,
                                          cool_down, latched ? 1 : 0));
    }
    config &no_alarm() { return set(bocpd_config_set_no_alarm(handle_)); }

    /// For the functions of bocpd.h.
    bocpd_config *handle() noexcept { return handle_; }
    const bocpd_config *handle() const noexcept { return handle_; }

private:
    explicit config(bocpd_config *handle) noexcept : handle_(handle) {}
    config &set(bocpd_status status) {
        check(status);
        return *this;
    }

    bocpd_config *handle_ = nullptr;
};

/// Where the current segment may have started, and with what probability.
struct start {
    std::uint64_t index;
    double probability;
};

/// What bocpd_detector_smoothed says: the first index spoken of, and P(a segment starts
/// there) for it and all after it.
struct smoothed {
    std::uint64_t first = 0;
    std::vector<double> p_change_at;
};

/// What bocpd_detector_locations says of one changepoint.
struct location {
    double p_here, probability;
    std::uint64_t low, high;
    double share;
};

/// Mean and variance of an observation to come.
struct prediction {
    double mean, variance;
};

/// Where a value stands in the distribution of an observation to come.
struct tail {
    double below, up_to, above;
};

/// What bocpd_detector_next_alarm says.
struct alarm {
    std::uint64_t began, noticed_at;
    double probability, p_rose, difference;
};

/// What bocpd_detector_shift says.
struct shift {
    double probability, p_rose, difference, sd;
};

/// One value per observation of a batch.
struct batch {
    std::vector<double> p_change_now;
    std::vector<std::uint64_t> map_run_length;
    std::vector<double> map_probability;
    std::vector<double> ln_predictive;
};

/// A detector.
class detector {
public:
    explicit detector(const config &made_from) {
        check(bocpd_detector_new(made_from.handle(), &handle_));
    }

    /// From the bytes that snapshot() gave.
    static detector restore(span<const std::uint8_t> bytes) {
        bocpd_detector *handle = nullptr;
        check(bocpd_detector_restore(bytes.data(), bytes.size(), &handle));
        return detector(handle);
    }
    /// The same where model or hazard are one's own.
    static detector restore(const config &made_from, span<const std::uint8_t> bytes) {
        bocpd_detector *handle = nullptr;
        check(bocpd_detector_restore_with(made_from.handle(), bytes.data(), bytes.size(),
                                          &handle));
        return detector(handle);
    }

    detector(const detector &other) { check(bocpd_detector_clone(other.handle_, &handle_)); }
    detector(detector &&other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
    detector &operator=(detector other) noexcept {
        std::swap(handle_, other.handle_);
        return *this;
    }
    ~detector() { bocpd_detector_free(handle_); }

    // -- observations ---------------------------------------------------------------

    /// Takes in the next observation; P(it is the first of a new segment).
    double step(double x) {
        double p = 0;
        check(bocpd_detector_step(handle_, x, &p));
        return p;
    }
    double step(span<const double> row) {
        double p = 0;
        check(bocpd_detector_step_row(handle_, row.data(), row.size(), &p));
        return p;
    }
    /// At irregular times: `elapsed` after the observation before.
    double step_after(double elapsed, double x) {
        double p = 0;
        check(bocpd_detector_step_after(handle_, elapsed, x, &p));
        return p;
    }
    double step_after(double elapsed, span<const double> row) {
        double p = 0;
        check(bocpd_detector_step_row_after(handle_, elapsed, row.data(), row.size(), &p));
        return p;
    }
    /// Notes that an observation is missing.
    double skip() {
        double p = 0;
        check(bocpd_detector_skip(handle_, &p));
        return p;
    }
    double skip_after(double elapsed) {
        double p = 0;
        check(bocpd_detector_skip_after(handle_, elapsed, &p));
        return p;
    }

    /// Takes in many observations, each of dimension() numbers; throws batch_error.
    batch step_many(span<const double> rows) {
        const std::size_t d = dimension();
        if (rows.size() % d != 0) {
            throw std::invalid_argument("the last observation is incomplete");
        }
        return run(rows.size() / d, [&](std::size_t count, batch &out, std::size_t *done) {
            return bocpd_detector_batch(handle_, rows.data(), count, out.p_change_now.data(),
                                        out.map_run_length.data(),
                                        out.map_probability.data(),
                                        out.ln_predictive.data(), done);
        });
    }
    /// `count` observations, `stride` numbers from the start of one to the next.
    batch step_many(const double *first, std::size_t count, std::ptrdiff_t stride) {
        return run(count, [&](std::size_t n, batch &out, std::size_t *done) {
            return bocpd_detector_batch_strided(
                handle_, first, n, stride, out.p_change_now.data(),
                out.map_run_length.data(), out.map_probability.data(),
                out.ln_predictive.data(), done);
        });
    }

    /// Forgets everything seen.
    void reset() { check(bocpd_detector_reset(handle_)); }

    // -- readouts -------------------------------------------------------------------
    std::size_t dimension() const { return get<std::size_t>(bocpd_detector_dimension); }
    std::uint64_t observations() const {
        return get<std::uint64_t>(bocpd_detector_observations);
    }
    double p_change_now() const { return get<double>(bocpd_detector_p_change_now); }
    double p_recent_change(std::uint64_t w) const {
        double p = 0;
        check(bocpd_detector_p_recent_change(handle_, w, &p));
        return p;
    }
    std::uint64_t map_run_length() const {
        return get<std::uint64_t>(bocpd_detector_map_run_length);
    }
    double map_probability() const { return get<double>(bocpd_detector_map_probability); }
    double mean_run_length() const { return get<double>(bocpd_detector_mean_run_length); }
    double ln_predictive() const { return get<double>(bocpd_detector_ln_predictive); }
    double ln_evidence() const { return get<double>(bocpd_detector_ln_evidence); }
    double pruned_mass() const { return get<double>(bocpd_detector_pruned_mass); }
    std::size_t live() const { return get<std::size_t>(bocpd_detector_live); }
    double map_ln_joint() const { return get<double>(bocpd_detector_map_ln_joint); }

    /// Oldest first; starts that are not in the list have probability 0.
    std::vector<start> run_length_posterior() const {
        std::vector<std::uint64_t> starts(live());
        std::vector<double> probabilities(starts.size());
        std::size_t length = 0;
        if (!starts.empty()) {
            check(bocpd_detector_run_length_posterior(handle_, starts.data(),
                                                      probabilities.data(), starts.size(),
                                                      &length));
        }
        std::vector<start> posterior(length);
        for (std::size_t i = 0; i < length; ++i) {
            posterior[i] = {starts[i], probabilities[i]};
        }
        return posterior;
    }

    /// Of the most probable segmentation: first indices of new segments, ascending.
    std::vector<std::uint64_t> changepoints() const {
        return list<std::uint64_t>(bocpd_detector_changepoints, handle_);
    }
    /// Those that no later observation can change.
    std::vector<std::uint64_t> settled() const {
        return list<std::uint64_t>(bocpd_detector_settled, handle_);
    }
    /// Those that later observations may still change.
    std::vector<std::uint64_t> provisional() const {
        return list<std::uint64_t>(bocpd_detector_provisional, handle_);
    }
    /// The settled ones, which the detector then forgets.
    std::vector<std::uint64_t> take_settled() {
        return list<std::uint64_t>(bocpd_detector_take_settled, handle_);
    }

    // -- when things changed, given all that was seen since (needs a history) --------
    bocpd::smoothed smoothed() const {
        bocpd::smoothed out;
        std::size_t length = 0;
        check(bocpd_detector_smoothed(handle_, &out.first, nullptr, 0, &length));
        out.p_change_at.resize(length);
        if (length > 0) {
            check(bocpd_detector_smoothed(handle_, &out.first, out.p_change_at.data(), length,
                                          &length));
        }
        return out;
    }
    double p_change_at(std::uint64_t s) const {
        double p = 0;
        check(bocpd_detector_p_change_at(handle_, s, &p));
        return p;
    }
    double p_change_between(std::uint64_t low, std::uint64_t high) const {
        double p = 0;
        check(bocpd_detector_p_change_between(handle_, low, high, &p));
        return p;
    }
    double expected_changes() const { return get<double>(bocpd_detector_expected_changes); }
    std::vector<location> locations(span<const std::uint64_t> changepoints,
                                    double mass) const {
        const std::size_t n = changepoints.size();
        std::vector<double> p_here(n), probability(n), share(n);
        std::vector<std::uint64_t> low(n), high(n);
        check(bocpd_detector_locations(handle_, changepoints.data(), n, mass, p_here.data(),
                                       probability.data(), low.data(), high.data(),
                                       share.data()));
        std::vector<location> out(n);
        for (std::size_t i = 0; i < n; ++i) {
            out[i] = {p_here[i], probability[i], low[i], high[i], share[i]};
        }
        return out;
    }
    std::vector<std::uint64_t> credible_set(span<const std::uint64_t> changepoints,
                                            std::size_t which, double mass) const {
        std::size_t length = 0;
        check(bocpd_detector_credible_set(handle_, changepoints.data(), changepoints.size(),
                                          which, mass, nullptr, 0, &length));
        std::vector<std::uint64_t> out(length);
        if (length > 0) {
            check(bocpd_detector_credible_set(handle_, changepoints.data(),
                                              changepoints.size(), which, mass, out.data(),
                                              length, &length));
        }
        return out;
    }
    /// Whole segmentations, drawn from their posterior.
    std::vector<std::vector<std::uint64_t>> sample_segmentations(std::size_t draws,
                                                                 std::uint64_t seed) const {
        std::size_t length = 0;
        check(bocpd_detector_sample_segmentations(handle_, draws, seed, nullptr, nullptr, 0,
                                                  &length));
        std::vector<std::size_t> ends(draws + 1);
        std::vector<std::uint64_t> all(length + 1);
        check(bocpd_detector_sample_segmentations(handle_, draws, seed, ends.data(),
                                                  all.data(), all.size(), &length));
        std::vector<std::vector<std::uint64_t>> out(draws);
        std::size_t begin = 0;
        for (std::size_t i = 0; i < draws; ++i) {
            out[i].assign(all.data() + begin, all.data() + ends[i]);
            begin = ends[i];
        }
        return out;
    }

    // -- what comes next --------------------------------------------------------------
    prediction predict(std::uint64_t ahead = 1) const {
        prediction out{};
        check(bocpd_detector_predict(handle_, ahead, &out.mean, &out.variance));
        return out;
    }
    prediction predict_after(double elapsed) const {
        prediction out{};
        check(bocpd_detector_predict_after(handle_, elapsed, &out.mean, &out.variance));
        return out;
    }
    double predict_quantile(double p, std::uint64_t ahead = 1) const {
        double x = 0;
        check(bocpd_detector_predict_quantile(handle_, ahead, p, &x));
        return x;
    }
    tail predict_tail(double x, std::uint64_t ahead = 1) const {
        tail out{};
        check(bocpd_detector_predict_tail(handle_, ahead, x, &out.below, &out.up_to,
                                          &out.above));
        return out;
    }
    double p_change_within(std::uint64_t k) const {
        double p = 0;
        check(bocpd_detector_p_change_within(handle_, k, &p));
        return p;
    }
    double p_next_change_after(std::uint64_t k) const {
        double p = 0;
        check(bocpd_detector_p_next_change_after(handle_, k, &p));
        return p;
    }
    /// NaN where the mean is out of reach.
    double expected_residual() const { return get<double>(bocpd_detector_expected_residual); }

    // -- alarms -----------------------------------------------------------------------
    std::vector<alarm> take_alarms() {
        std::vector<alarm> out;
        for (;;) {
            int raised = 0;
            alarm next{};
            check(bocpd_detector_next_alarm(handle_, &raised, &next.began, &next.noticed_at,
                                            &next.probability, &next.p_rose,
                                            &next.difference));
            if (raised == 0) {
                return out;
            }
            out.push_back(next);
        }
    }
    void acknowledge() { check(bocpd_detector_acknowledge(handle_)); }
    bool alarm_is_on() const { return get<int>(bocpd_detector_alarm_is_on) != 0; }
    double alarm_probability() const { return get<double>(bocpd_detector_alarm_probability); }
    bocpd::shift shift() const {
        bocpd::shift out{};
        check(bocpd_detector_shift(handle_, &out.probability, &out.p_rose, &out.difference,
                                   &out.sd));
        return out;
    }

    /// Everything as bytes, for restore().
    std::vector<std::uint8_t> snapshot() const {
        return list<std::uint8_t>(bocpd_detector_snapshot, handle_);
    }

    /// For the functions of bocpd.h.
    bocpd_detector *handle() noexcept { return handle_; }
    const bocpd_detector *handle() const noexcept { return handle_; }

private:
    explicit detector(bocpd_detector *handle) noexcept : handle_(handle) {}

    template <class T, class Function>
    T get(Function function) const {
        T value{};
        check(function(handle_, &value));
        return value;
    }

    /// A list: its length first, then its elements.
    template <class T, class Function, class Handle>
    static std::vector<T> list(Function function, Handle *handle) {
        std::size_t length = 0;
        check(function(handle, nullptr, 0, &length));
        std::vector<T> values(length);
        if (length > 0) {
            check(function(handle, values.data(), length, &length));
        }
        return values;
    }

    template <class Call>
    static batch run(std::size_t count, Call call) {
        batch out;
        out.p_change_now.resize(count);
        out.map_run_length.resize(count);
        out.map_probability.resize(count);
        out.ln_predictive.resize(count);
        std::size_t done = 0;
        const bocpd_status status = call(count, out, &done);
        if (status != BOCPD_OK) {
            throw batch_error(status, done);
        }
        return out;
    }

    bocpd_detector *handle_ = nullptr;
};

} // namespace bocpd

#endif // BOCPD_HPP
