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
#include <limits>
#include <memory>
#include <optional>
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

namespace detail {

/// Calls one of the functions that free.
template <class T, void (*Free)(T *)>
struct freeing {
    void operator()(T *object) const noexcept { Free(object); }
};

/// A result that is freed with its holder.
template <class T, void (*Free)(T *)>
using owned = std::unique_ptr<T, freeing<T, Free>>;

/// One value: the last argument of a function is where it goes.
template <class V, class Function, class... Arguments>
V get(Function function, Arguments... arguments) {
    V value{};
    check(function(arguments..., &value));
    return value;
}

/// A list: its length first, then its elements.
template <class V, class Function, class... Arguments>
std::vector<V> list(Function function, Arguments... arguments) {
    std::size_t length = 0;
    check(function(arguments..., nullptr, 0, &length));
    std::vector<V> values(length);
    if (length > 0) {
        check(function(arguments..., values.data(), length, &length));
    }
    return values;
}

/// Whether a class has a member of that name: what own models may have.
template <class T, class = void>
struct has_predictive : std::false_type {};
template <class T>
struct has_predictive<T, std::void_t<decltype(&T::predictive_cdf)>> : std::true_type {};
template <class T, class = void>
struct has_level : std::false_type {};
template <class T>
struct has_level<T, std::void_t<decltype(&T::level_cdf)>> : std::true_type {};
template <class T, class = void>
struct has_simulate : std::false_type {};
template <class T>
struct has_simulate<T, std::void_t<decltype(&T::simulate)>> : std::true_type {};
template <class T, class = void>
struct has_check : std::false_type {};
template <class T>
struct has_check<T, std::void_t<decltype(&T::check)>> : std::true_type {};
template <class T, class = void>
struct is_discrete : std::false_type {};
template <class T>
struct is_discrete<T, std::void_t<decltype(T::discrete)>>
    : std::bool_constant<T::discrete> {};

/// Whether a hazard of one's own has these functions.
template <class Hazard, class = void>
struct has_over : std::false_type {};
template <class Hazard>
struct has_over<Hazard, std::void_t<decltype(std::declval<const Hazard &>().over(1.0, 1.0))>>
    : std::true_type {};

template <class Hazard, class = void>
struct has_ln_survival : std::false_type {};
template <class Hazard>
struct has_ln_survival<Hazard, std::void_t<decltype(std::declval<const Hazard &>().ln_survival(
                                   std::uint64_t{1}, std::uint64_t{1}))>> : std::true_type {};

template <class Hazard, class = void>
struct has_ln_survival_over : std::false_type {};
template <class Hazard>
struct has_ln_survival_over<
    Hazard, std::void_t<decltype(std::declval<const Hazard &>().ln_survival_over(1.0, 1.0))>>
    : std::true_type {};

} // namespace detail

/// Mean and variance of what is not known; infinite or NaN where there is none.
struct moments {
    double mean, variance;
};

/// Uniform random numbers on [0, 1), lent to models that simulate.
class random_numbers {
public:
    explicit random_numbers(bocpd_random *random) noexcept : random_(random) {}
    double operator()() const noexcept { return bocpd_random_uniform(random_); }

private:
    bocpd_random *random_;
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

    /// The same for observations of `dimension` numbers each, one after the other.
    static config for_rows(span<const double> rows, std::size_t dimension) {
        if (dimension != 0 && rows.size() % dimension != 0) {
            throw std::invalid_argument("the last observation is incomplete");
        }
        const std::size_t count = dimension == 0 ? 0 : rows.size() / dimension;
        bocpd_config *handle = nullptr;
        check(bocpd_config_for_rows(rows.data(), count, dimension, &handle));
        return config(handle);
    }

    /// For a stream that begins with these values, of which nothing else is said.
    static config for_stream(span<const double> values) {
        bocpd_config *handle = nullptr;
        check(bocpd_config_for_stream(values.data(), values.size(), &handle));
        return config(handle);
    }

    /// Whether it is the whole stream that has one of the models, or each segment anew.
    config &alternatives_per_stream() {
        return set(bocpd_config_set_alternatives_per_stream(handle_));
    }
    config &alternatives_per_segment() {
        return set(bocpd_config_set_alternatives_per_segment(handle_));
    }
    /// The model of the other may be that of the stream too; the weight is its prior
    /// probability as a multiple of that of this configuration's model.
    config &add_alternative(const config &other, double weight = 1) {
        check(bocpd_config_add_alternative(handle_, other.handle_, weight));
        return *this;
    }
    /// An observation has one number more, with the model of the other.
    config &add_number(const config &other) {
        return set(bocpd_config_add_number(handle_, other.handle_));
    }
    /// How many numbers make an observation.
    std::size_t dimension() const {
        std::size_t count = 0;
        check(bocpd_config_dimension(handle_, &count));
        return count;
    }

    config(const config &other) { check(bocpd_config_clone(other.handle_, &handle_)); }
    config(config &&other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
    config &operator=(config other) noexcept {
        std::swap(handle_, other.handle_);
        return *this;
    }
    ~config() { bocpd_config_free(handle_); }

    // -- models ---------------------------------------------------------------------
    // generated: models (cargo run -p bocpd-generate)
    /// Real numbers, mean and variance unknown.
    config &gaussian(double mean, double kappa, double alpha, double beta) {
        return set(bocpd_config_set_gaussian(handle_, mean, kappa, alpha, beta));
    }
    /// Real numbers with outliers, degrees of freedom known.
    config &student_t(double mean, double kappa, double alpha, double beta, double nu) {
        return set(bocpd_config_set_student_t(handle_, mean, kappa, alpha, beta, nu));
    }
    /// Real numbers with outliers, degrees of freedom learned.
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
                                                   nu.data(), nu_prior.data(),
                                                   nu.size()));
    }
    /// Counts, rate unknown.
    config &poisson(double shape, double rate) {
        return set(bocpd_config_set_poisson(handle_, shape, rate));
    }
    /// Yes (1) or no (0), probability unknown.
    config &bernoulli(double a, double b) {
        return set(bocpd_config_set_bernoulli(handle_, a, b));
    }
    /// Successes out of a known number of trials, probability unknown.
    config &binomial(double a, double b, std::uint64_t trials) {
        return set(bocpd_config_set_binomial(handle_, a, b, trials));
    }
    /// Positive numbers of known shape (1: exponential), rate unknown.
    config &gamma(double shape, double rate, double known_shape) {
        return set(bocpd_config_set_gamma(handle_, shape, rate, known_shape));
    }
    /// Real numbers, mean unknown, variance known.
    config &gaussian_known_variance(double mean, double kappa, double variance) {
        return set(bocpd_config_set_gaussian_known_variance(handle_, mean, kappa,
                                                            variance));
    }
    /// Positive numbers whose logarithm has unknown mean and variance.
    config &log_normal(double mean, double kappa, double alpha, double beta) {
        return set(bocpd_config_set_log_normal(handle_, mean, kappa, alpha, beta));
    }
    /// Real numbers with outliers, by weighted Gaussian updates.
    config &weighted_gaussian(double mean, double kappa, double alpha, double beta,
                              double cutoff) {
        return set(bocpd_config_set_weighted_gaussian(handle_, mean, kappa, alpha, beta,
                                                      cutoff));
    }
    /// Real numbers about a level that may drift, rise or have a season.
    config &structured_gaussian(double mean, double kappa, double alpha, double beta,
                                double phi, double drift, double slope,
                                double slope_drift, double period,
                                std::uint32_t harmonics, double season, double cauchy) {
        return set(bocpd_config_set_structured_gaussian(handle_, mean, kappa, alpha, beta,
                                                        phi, drift, slope, slope_drift,
                                                        period, harmonics, season,
                                                        cauchy));
    }
    /// Real numbers regressed on the last ones, on time and on given features.
    config &regression(double mean, double kappa, double alpha, double beta,
                       std::uint32_t lags, double lag_scale, double slope,
                       double feature_scale, std::uint32_t features) {
        return set(bocpd_config_set_regression(handle_, mean, kappa, alpha, beta, lags,
                                               lag_scale, slope, feature_scale,
                                               features));
    }
    /// Positive numbers whose logarithm may drift, rise or have a season.
    config &structured_log_normal(double mean, double kappa, double alpha, double beta,
                                  double phi, double drift, double slope,
                                  double slope_drift, double period,
                                  std::uint32_t harmonics, double season, double cauchy) {
        return set(bocpd_config_set_structured_log_normal(handle_, mean, kappa, alpha,
                                                          beta, phi, drift, slope,
                                                          slope_drift, period, harmonics,
                                                          season, cauchy));
    }
    /// Waiting times: positive numbers or 0, rate unknown.
    config &exponential(double shape, double rate) {
        return set(bocpd_config_set_exponential(handle_, shape, rate));
    }
    /// Counts of failures before the first success, probability unknown.
    config &geometric(double a, double b) {
        return set(bocpd_config_set_geometric(handle_, a, b));
    }
    /// Counts more spread than Poisson ones, mean unknown, dispersion known.
    config &negative_binomial_known_size(double size, double a, double b) {
        return set(bocpd_config_set_negative_binomial_known_size(handle_, size, a, b));
    }
    /// Real numbers, mean known, variance unknown.
    config &gaussian_known_mean(double mean, double alpha, double beta) {
        return set(bocpd_config_set_gaussian_known_mean(handle_, mean, alpha, beta));
    }
    /// Counts over exposures that differ, rate unknown.
    config &poisson_exposure(double shape, double rate) {
        return set(bocpd_config_set_poisson_exposure(handle_, shape, rate));
    }
    /// Successes out of numbers of trials that differ, probability unknown.
    config &binomial_trials(double a, double b, std::uint64_t trials) {
        return set(bocpd_config_set_binomial_trials(handle_, a, b, trials));
    }
    /// Measurements with error bars, mean unknown.
    config &gaussian_error_bars(double mean, double level_variance, double variance) {
        return set(bocpd_config_set_gaussian_error_bars(handle_, mean, level_variance,
                                                        variance));
    }
    /// Real numbers of known relative precision, mean and variance unknown.
    config &heteroscedastic_gaussian(double mean, double kappa, double alpha,
                                     double beta) {
        return set(bocpd_config_set_heteroscedastic_gaussian(handle_, mean, kappa, alpha,
                                                             beta));
    }
    /// Several real numbers, means and covariance unknown.
    config &multivariate_gaussian(span<const double> mean, double kappa, double alpha,
                                  span<const double> beta) {
        if (mean.size() != beta.size()) {
            throw std::invalid_argument("mean and beta must have the same length");
        }
        return set(bocpd_config_set_multivariate_gaussian(handle_, mean.data(), kappa,
                                                          alpha, beta.data(),
                                                          mean.size()));
    }
    /// Which of several categories, numbered from 0, probabilities unknown.
    config &categorical(double concentration, std::uint32_t categories) {
        return set(bocpd_config_set_categorical(handle_, concentration, categories));
    }
    /// Counts with zeros of their own, as many or as few as there are.
    config &hurdle_poisson(double a, double b, double shape, double rate) {
        return set(bocpd_config_set_hurdle_poisson(handle_, a, b, shape, rate));
    }
    /// Counts more spread than Poisson ones, mean and dispersion unknown.
    config &negative_binomial_grid(double shape, double rate, span<const double> sizes) {
        return set(bocpd_config_set_negative_binomial_grid(handle_, shape, rate,
                                                           sizes.data(), sizes.size()));
    }
    /// Real numbers in noise whose variance wanders within a segment.
    config &volatile_gaussian(double mean, double kappa, double alpha, double beta,
                              double phi, double drift, double slope, double cauchy,
                              std::uint32_t memory) {
        return set(bocpd_config_set_volatile_gaussian(handle_, mean, kappa, alpha, beta,
                                                      phi, drift, slope, cauchy, memory));
    }

    // With a prior on the scale of some values.
    config &gaussian_for(span<const double> values) {
        return set(bocpd_config_set_gaussian_for(handle_, values.data(), values.size()));
    }
    config &student_t_for(span<const double> values) {
        return set(bocpd_config_set_student_t_for(handle_, values.data(), values.size()));
    }
    config &student_t_grid_for(span<const double> values) {
        return set(bocpd_config_set_student_t_grid_for(handle_, values.data(),
                                                       values.size()));
    }
    config &poisson_for(span<const double> values) {
        return set(bocpd_config_set_poisson_for(handle_, values.data(), values.size()));
    }
    config &gamma_for(span<const double> values, double known_shape) {
        return set(bocpd_config_set_gamma_for(handle_, values.data(), values.size(),
                                              known_shape));
    }
    config &gaussian_known_variance_for(span<const double> values) {
        return set(bocpd_config_set_gaussian_known_variance_for(handle_, values.data(),
                                                                values.size()));
    }
    config &log_normal_for(span<const double> values) {
        return set(bocpd_config_set_log_normal_for(handle_, values.data(),
                                                   values.size()));
    }
    config &weighted_gaussian_for(span<const double> values) {
        return set(bocpd_config_set_weighted_gaussian_for(handle_, values.data(),
                                                          values.size()));
    }
    config &structured_gaussian_for(span<const double> values) {
        return set(bocpd_config_set_structured_gaussian_for(handle_, values.data(),
                                                            values.size()));
    }
    config &regression_for(span<const double> values, std::uint32_t features) {
        return set(bocpd_config_set_regression_for(handle_, values.data(), values.size(),
                                                   features));
    }
    config &structured_log_normal_for(span<const double> values) {
        return set(bocpd_config_set_structured_log_normal_for(handle_, values.data(),
                                                              values.size()));
    }
    config &exponential_for(span<const double> values) {
        return set(bocpd_config_set_exponential_for(handle_, values.data(),
                                                    values.size()));
    }
    config &geometric_for(span<const double> values) {
        return set(bocpd_config_set_geometric_for(handle_, values.data(), values.size()));
    }
    config &negative_binomial_known_size_for(span<const double> values) {
        return set(bocpd_config_set_negative_binomial_known_size_for(handle_,
                                                                     values.data(),
                                                                     values.size()));
    }
    config &gaussian_known_mean_for(span<const double> values) {
        return set(bocpd_config_set_gaussian_known_mean_for(handle_, values.data(),
                                                            values.size()));
    }
    config &poisson_exposure_for(span<const double> values) {
        return set(bocpd_config_set_poisson_exposure_for(handle_, values.data(),
                                                         values.size()));
    }
    config &gaussian_error_bars_for(span<const double> values) {
        return set(bocpd_config_set_gaussian_error_bars_for(handle_, values.data(),
                                                            values.size()));
    }
    config &heteroscedastic_gaussian_for(span<const double> values) {
        return set(bocpd_config_set_heteroscedastic_gaussian_for(handle_, values.data(),
                                                                 values.size()));
    }
    config &multivariate_gaussian_for(span<const double> values, std::size_t dimension) {
        return set(bocpd_config_set_multivariate_gaussian_for(handle_, values.data(),
                                                              rows_in(values, dimension),
                                                              dimension));
    }
    config &categorical_for(span<const double> values) {
        return set(bocpd_config_set_categorical_for(handle_, values.data(),
                                                    values.size()));
    }
    config &hurdle_poisson_for(span<const double> values) {
        return set(bocpd_config_set_hurdle_poisson_for(handle_, values.data(),
                                                       values.size()));
    }
    config &negative_binomial_grid_for(span<const double> values) {
        return set(bocpd_config_set_negative_binomial_grid_for(handle_, values.data(),
                                                               values.size()));
    }
    config &volatile_gaussian_for(span<const double> values) {
        return set(bocpd_config_set_volatile_gaussian_for(handle_, values.data(),
                                                          values.size()));
    }
    // end of generated: models

    /// A model of one's own: a class with
    ///
    ///     using stats = ...;                          // trivially copyable
    ///     static constexpr std::size_t dimension = 1; // numbers per observation
    ///     stats prior() const noexcept;
    ///     double ln_predictive(const stats &, const double *x) const noexcept;
    ///     void update(stats &, const double *x) const noexcept;
    ///
    /// and, as far as it knows them, all noexcept,
    ///
    ///     bool check(const double *x) const;       // whether x can be observed
    ///     static constexpr bool discrete = true;   // only integers can be observed
    ///     moments predictive_moments(const stats &) const; // of the next observation
    ///     double predictive_cdf(const stats &, double x) const;
    ///     moments level_moments(const stats &) const;      // of the level
    ///     double level_cdf(const stats &, double x) const;
    ///     void simulate(random_numbers, std::size_t count, double *xs) const;
    ///
    /// for which see bocpd_model. It is called in whatever thread a detector is used in.
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
        if constexpr (detail::has_check<Model>::value) {
            static_assert(noexcept(typed->check(std::declval<const double *>())));
            table.check = [](void *user, const double *x) {
                return static_cast<const Model *>(user)->check(x) ? 0 : 1;
            };
        }
        if constexpr (detail::has_predictive<Model>::value) {
            static_assert(
                noexcept(typed->predictive_moments(std::declval<const stats &>())) &&
                noexcept(typed->predictive_cdf(std::declval<const stats &>(), 0.0)));
            table.discrete = detail::is_discrete<Model>::value ? 1 : 0;
            table.predictive_moments = [](void *user, const void *at, double *mean,
                                          double *variance) {
                const moments known = static_cast<const Model *>(user)->predictive_moments(
                    *static_cast<const stats *>(at));
                *mean = known.mean;
                *variance = known.variance;
            };
            table.predictive_cdf = [](void *user, const void *at, double x) {
                return static_cast<const Model *>(user)->predictive_cdf(
                    *static_cast<const stats *>(at), x);
            };
        }
        if constexpr (detail::has_level<Model>::value) {
            static_assert(noexcept(typed->level_moments(std::declval<const stats &>())) &&
                          noexcept(typed->level_cdf(std::declval<const stats &>(), 0.0)));
            table.level_moments = [](void *user, const void *at, double *mean,
                                     double *variance) {
                const moments known = static_cast<const Model *>(user)->level_moments(
                    *static_cast<const stats *>(at));
                *mean = known.mean;
                *variance = known.variance;
            };
            table.level_cdf = [](void *user, const void *at, double x) {
                return static_cast<const Model *>(user)->level_cdf(
                    *static_cast<const stats *>(at), x);
            };
        }
        if constexpr (detail::has_simulate<Model>::value) {
            static_assert(noexcept(typed->simulate(random_numbers(nullptr), std::size_t{},
                                                   std::declval<double *>())));
            table.simulate = [](void *user, bocpd_random *random, std::size_t count,
                                double *xs) {
                static_cast<const Model *>(user)->simulate(random_numbers(random), count, xs);
            };
        }
        table.release = [](void *user) { delete static_cast<Model *>(user); };
        auto user = std::make_unique<Model>(std::move(model));
        check(bocpd_config_set_own_model(handle_, &table, user.get()));
        user.release();
        return *this;
    }

    // -- hazards --------------------------------------------------------------------
    // generated: hazards (cargo run -p bocpd-generate)
    /// A change is equally likely at any length.
    config &constant_hazard(double mean_run_length) {
        return set(bocpd_config_set_constant_hazard(handle_, mean_run_length));
    }
    /// A change is equally likely at any time, for observations at irregular times.
    config &rate_hazard(double per_unit_time) {
        return set(bocpd_config_set_rate_hazard(handle_, per_unit_time));
    }
    /// Weibull lengths: with a shape above 1 old segments end sooner, below 1 later.
    config &weibull_hazard(double shape, double scale) {
        return set(bocpd_config_set_weibull_hazard(handle_, shape, scale));
    }
    /// Log-logistic lengths: with a shape above 1 the hazard rises, then falls.
    config &log_logistic_hazard(double shape, double scale) {
        return set(bocpd_config_set_log_logistic_hazard(handle_, shape, scale));
    }
    /// Negative binomial lengths: the sum of k geometric ones.
    config &negative_binomial_hazard(std::uint32_t k, double p) {
        return set(bocpd_config_set_negative_binomial_hazard(handle_, k, p));
    }
    /// Its values, length by length.
    config &table_hazard(span<const double> hazards) {
        return set(bocpd_config_set_table_hazard(handle_, hazards.data(),
                                                 hazards.size()));
    }
    /// A constant hazard whose mean length is one of several; the observations say which.
    config &constant_grid_hazard(span<const double> mean_run_lengths) {
        return set(bocpd_config_set_constant_grid_hazard(handle_, mean_run_lengths.data(),
                                                         mean_run_lengths.size()));
    }
    // end of generated: hazards

    /// A hazard of one's own: any function of the length, double(std::uint64_t)
    /// noexcept. An object with that function may also have what bocpd_hazard has
    /// beside it, as const noexcept members: double over(double age, double elapsed),
    /// double ln_survival(std::uint64_t length, std::uint64_t further) and double
    /// ln_survival_over(double age, double elapsed).
    template <class Function>
    config &own_hazard(Function function) {
        static_assert(std::is_nothrow_invocable_r_v<double, const Function &, std::uint64_t>,
                      "a hazard must not throw: mark it noexcept");
        bocpd_hazard table{};
        table.struct_size = sizeof table;
        table.hazard = [](void *user, std::uint64_t length) -> double {
            return (*static_cast<const Function *>(user))(length);
        };
        if constexpr (detail::has_over<Function>::value) {
            static_assert(noexcept(std::declval<const Function &>().over(1.0, 1.0)),
                          "a hazard must not throw: mark it noexcept");
            table.over = [](void *user, double age, double elapsed) -> double {
                return static_cast<const Function *>(user)->over(age, elapsed);
            };
        }
        if constexpr (detail::has_ln_survival<Function>::value) {
            static_assert(noexcept(std::declval<const Function &>().ln_survival(
                              std::uint64_t{1}, std::uint64_t{1})),
                          "a hazard must not throw: mark it noexcept");
            table.ln_survival = [](void *user, std::uint64_t length,
                                   std::uint64_t further) -> double {
                return static_cast<const Function *>(user)->ln_survival(length, further);
            };
        }
        if constexpr (detail::has_ln_survival_over<Function>::value) {
            static_assert(noexcept(std::declval<const Function &>().ln_survival_over(1.0, 1.0)),
                          "a hazard must not throw: mark it noexcept");
            table.ln_survival_over = [](void *user, double age, double elapsed) -> double {
                return static_cast<const Function *>(user)->ln_survival_over(age, elapsed);
            };
        }
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
    config &resample(std::uint64_t seed) {
        return set(bocpd_config_set_resample(handle_, seed));
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
    /// The usual alarm at this threshold.
    config &alarm(double threshold) {
        return set(bocpd_config_set_alarm_at(handle_, threshold));
    }
    config &no_alarm() { return set(bocpd_config_set_no_alarm(handle_)); }

    // -- outliers -------------------------------------------------------------------
    /// An observation is an outlier with this probability, from where the prior says.
    config &outliers(double probability) {
        const double nan = std::numeric_limits<double>::quiet_NaN();
        return outliers(probability, nan, nan);
    }
    /// The same from a Cauchy distribution; NaN is for what the prior says.
    config &outliers(double probability, double centre, double scale) {
        return set(bocpd_config_set_outliers(handle_, probability, centre, scale));
    }
    config &no_outliers() { return set(bocpd_config_set_no_outliers(handle_)); }

    // -- which changes --------------------------------------------------------------
    /// The power that evidence counts with, at most 1.
    config &resolution(double power) { return set(bocpd_config_set_resolution(handle_, power)); }
    /// How many observations a segment has at least.
    config &min_segment(std::uint64_t length) {
        return set(bocpd_config_set_min_segment(handle_, length));
    }
    /// How many times as frequent changes are as the hazard says.
    config &sensitivity(double times) { return set(bocpd_config_set_sensitivity(handle_, times)); }

    /// For the functions of bocpd.h.
    bocpd_config *handle() noexcept { return handle_; }
    const bocpd_config *handle() const noexcept { return handle_; }

private:
    friend class detection;
    friend class detector;
    friend struct fit fit_series(span<const std::vector<double>>, const config &,
                                 const std::string &, const std::string &, std::size_t);

    /// The configuration of a fit.
    static config fitted(const bocpd_fit *fit) {
        bocpd_config *handle = nullptr;
        check(bocpd_fit_config(fit, &handle));
        return config(handle);
    }
    explicit config(bocpd_config *handle) noexcept : handle_(handle) {}
    config &set(bocpd_status status) {
        check(status);
        return *this;
    }
    /// How many observations of so many numbers these are.
    static std::size_t rows_in(span<const double> values, std::size_t dimension) {
        if (dimension == 0 || values.size() % dimension != 0) {
            throw std::invalid_argument("values must be whole rows");
        }
        return values.size() / dimension;
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

/// What bocpd_locations_… say of one changepoint.
struct location {
    std::uint64_t index;
    double probability, p_nearby, p_single;
    std::uint64_t first, last; // the neighbourhood
    std::uint64_t low, high;   // the ends of the credible set
    double share;
    std::vector<std::uint64_t> credible;
};

/// A parameter of a segment; `dimension` is the number of an observation that it belongs to.
struct estimate {
    std::string name;
    double mean, sd, low, high;
    std::size_t dimension;
};

/// What bocpd_segments_… say of one segment; the Bayes factor of the first is NaN.
struct segment {
    std::uint64_t start, end, observed;
    double ln_evidence, ln_bayes_factor;
    std::vector<estimate> parameters;
    std::vector<double> model_probabilities;
};

/// The best segmentation with so many changes, and how probable that number is.
struct segmentation {
    std::size_t changes;
    double probability, ln_joint;
    std::vector<std::uint64_t> changepoints;
};

/// One for each number of changes; `p_more`: that there are more.
struct segmentations {
    std::vector<segmentation> all;
    double p_more;
    bool exact;
};

/// Where a value stands in a distribution.
struct tail {
    double below, up_to, above, pit, p_value;
};

/// The two ends of an interval.
struct interval {
    double low, high;
};

/// What is said of a number that is not known.
class distribution {
public:
    /// "observation", or what the model calls its parameter.
    std::string name() const { return get<const char *>(bocpd_distribution_name); }
    /// The number of an observation that it is about.
    std::size_t dimension() const { return get<std::size_t>(bocpd_distribution_number); }
    double mean() const { return get<double>(bocpd_distribution_mean); }
    double variance() const { return get<double>(bocpd_distribution_variance); }
    double ln_density(double x) const {
        return detail::get<double>(bocpd_distribution_ln_density, handle(), x);
    }
    double quantile(double p) const {
        return detail::get<double>(bocpd_distribution_quantile, handle(), p);
    }
    bocpd::interval interval(double mass) const {
        bocpd::interval out{};
        check(bocpd_distribution_interval(handle(), mass, &out.low, &out.high));
        return out;
    }
    bocpd::tail tail(double x) const {
        bocpd::tail out{};
        check(bocpd_distribution_tail(handle(), x, &out.below, &out.up_to, &out.above, &out.pit,
                                      &out.p_value));
        return out;
    }
    bocpd::interval support() const {
        bocpd::interval out{};
        check(bocpd_distribution_support(handle(), &out.low, &out.high));
        return out;
    }
    bool is_discrete() const { return get<int>(bocpd_distribution_is_discrete) != 0; }

    /// For the functions of bocpd.h.
    const bocpd_distribution *handle() const noexcept { return handle_.get(); }

private:
    friend class detector;

    explicit distribution(bocpd_distribution *handle) noexcept : handle_(handle) {}
    template <class V, class Function>
    V get(Function function) const {
        return detail::get<V>(function, handle());
    }

    detail::owned<bocpd_distribution, bocpd_distribution_free> handle_;
};

namespace detail {

inline std::vector<location> read(const bocpd_locations *locations) {
    std::vector<location> out(get<std::size_t>(bocpd_locations_count, locations));
    for (std::size_t i = 0; i < out.size(); ++i) {
        location &l = out[i];
        check(bocpd_locations_change(locations, i, &l.index, &l.probability, &l.p_nearby,
                                     &l.p_single));
        check(bocpd_locations_neighbourhood(locations, i, &l.first, &l.last));
        check(bocpd_locations_interval(locations, i, &l.low, &l.high, &l.share));
        l.credible = list<std::uint64_t>(bocpd_locations_credible_set, locations, i);
    }
    return out;
}

inline std::vector<segment> read(const bocpd_segments *segments) {
    std::vector<segment> out(get<std::size_t>(bocpd_segments_count, segments));
    for (std::size_t i = 0; i < out.size(); ++i) {
        segment &s = out[i];
        check(bocpd_segments_bounds(segments, i, &s.start, &s.end, &s.observed));
        check(bocpd_segments_evidence(segments, i, &s.ln_evidence, &s.ln_bayes_factor));
        s.parameters.resize(get<std::size_t>(bocpd_segments_parameter_count, segments, i));
        for (std::size_t k = 0; k < s.parameters.size(); ++k) {
            estimate &e = s.parameters[k];
            const char *name = nullptr;
            check(bocpd_segments_parameter(segments, i, k, &name, &e.mean, &e.sd, &e.low,
                                           &e.high));
            check(bocpd_segments_parameter_number(segments, i, k, &e.dimension));
            e.name = name;
        }
        s.model_probabilities = list<double>(bocpd_segments_model_probabilities, segments, i);
    }
    return out;
}

inline segmentations read(const bocpd_segmentations *found) {
    segmentations out{};
    int exact = 0;
    check(bocpd_segmentations_rest(found, &out.p_more, &exact));
    out.exact = exact != 0;
    out.all.resize(get<std::size_t>(bocpd_segmentations_count, found));
    for (std::size_t i = 0; i < out.all.size(); ++i) {
        segmentation &one = out.all[i];
        check(bocpd_segmentations_get(found, i, &one.changes, &one.probability, &one.ln_joint));
        one.changepoints = list<std::uint64_t>(bocpd_segmentations_changepoints, found, i);
    }
    return out;
}

} // namespace detail

/// What bocpd_detection_jump says, and of which number of an observation.
struct jump {
    std::string parameter;
    double p_rose, difference, sd;
    std::size_t dimension;
};

/// What bocpd_detection_part says of one number of an observation; no jump if its model does
/// not know its level.
struct part_of_change {
    std::size_t dimension;
    double ln_bayes_factor;
    std::optional<bocpd::jump> jump;
};

/// What bocpd_detection_parameter_change says.
struct parameter_change {
    std::string parameter;
    std::size_t dimension;
    double p_changed;
};

/// What bocpd_detection_remark says.
struct remark {
    std::string kind;
    double value;
    std::string text;
};

/// Everything about a series; made by detect() and detector::detection().
class detection {
public:
    std::uint64_t observations() const {
        return get<std::uint64_t>(bocpd_detection_observations);
    }
    std::vector<location> changes() const {
        return detail::read(get<const bocpd_locations *>(bocpd_detection_changes));
    }
    /// What changed at the change at position `which`.
    bocpd::jump jump(std::size_t which) const {
        bocpd::jump out{};
        const char *name = nullptr;
        check(bocpd_detection_jump(handle(), which, &name, &out.p_rose, &out.difference,
                                   &out.sd));
        check(bocpd_detection_jump_number(handle(), which, &out.dimension));
        out.parameter = name;
        return out;
    }
    /// Which parameters differ from those of the segment before the change at position `which`;
    /// empty for own models without level functions.
    std::vector<parameter_change> parameters(std::size_t which) const {
        const auto changes = detail::get<std::size_t>(
            bocpd_locations_count, get<const bocpd_locations *>(bocpd_detection_changes));
        std::vector<parameter_change> all;
        for (;;) {
            parameter_change one{};
            const char *name = nullptr;
            const bocpd_status status = bocpd_detection_parameter_change(
                handle(), which, all.size(), &name, &one.dimension, &one.p_changed);
            if (status == BOCPD_INDEX && which < changes) {
                return all;
            }
            check(status);
            one.parameter = name;
            all.push_back(one);
        }
    }
    /// What each number of an observation has to do with the change at position `which`; empty
    /// where observations are one number.
    std::vector<part_of_change> parts(std::size_t which) const {
        const auto changes = detail::get<std::size_t>(
            bocpd_locations_count, get<const bocpd_locations *>(bocpd_detection_changes));
        std::vector<part_of_change> all;
        for (;;) {
            part_of_change part{};
            bocpd::jump level{};
            const char *name = nullptr;
            const bocpd_status status =
                bocpd_detection_part(handle(), which, all.size(), &part.ln_bayes_factor, &name,
                                     &level.p_rose, &level.difference, &level.sd);
            if (status == BOCPD_INDEX && which < changes) {
                return all;
            }
            check(status);
            part.dimension = level.dimension = all.size();
            level.parameter = name;
            if (!level.parameter.empty()) {
                part.jump = level;
            }
            all.push_back(part);
        }
    }
    std::vector<segment> segments() const {
        return detail::read(get<const bocpd_segments *>(bocpd_detection_segments));
    }
    std::vector<double> p_change_at() const {
        return detail::list<double>(bocpd_detection_p_change_at, handle());
    }
    std::vector<double> p_outlier() const {
        return detail::list<double>(bocpd_detection_p_outlier, handle());
    }
    double expected_changes() const { return get<double>(bocpd_detection_expected_changes); }
    /// Of each mean run length of a constant grid; empty with any other hazard.
    std::vector<double> hazard_probabilities() const {
        return detail::list<double>(bocpd_detection_hazard_probabilities, handle());
    }
    double ln_evidence() const { return get<double>(bocpd_detection_ln_evidence); }
    double map_ln_joint() const { return get<double>(bocpd_detection_map_ln_joint); }
    double pruned_mass() const { return get<double>(bocpd_detection_pruned_mass); }
    double mass() const { return get<double>(bocpd_detection_mass); }
    std::string assumptions() const { return get<const char *>(bocpd_detection_assumptions); }
    /// What a user should know beside what was found.
    std::vector<bocpd::remark> remarks() const {
        std::vector<bocpd::remark> all(get<std::size_t>(bocpd_detection_remark_count));
        for (std::size_t i = 0; i < all.size(); ++i) {
            const char *kind = nullptr, *text = nullptr;
            check(bocpd_detection_remark(handle(), i, &kind, &all[i].value, &text));
            all[i].kind = kind;
            all[i].text = text;
        }
        return all;
    }
    bocpd::config config() const {
        return bocpd::config(get<bocpd_config *>(bocpd_detection_config));
    }

    /// For the functions of bocpd.h.
    const bocpd_detection *handle() const noexcept { return handle_.get(); }

private:
    friend class detector;
    friend detection detect(span<const double>, span<const double>, const bocpd::config &,
                            double);
    friend detection detect(span<const double>, double);
    friend detection detect_changes(span<const double>, std::size_t, double);
    friend detection detect_changes(span<const double>, std::size_t, const bocpd::config &, double);
    friend detection detect(span<const double>, const bocpd::config &, std::size_t, double);

    explicit detection(bocpd_detection *handle) noexcept : handle_(handle) {}
    template <class V, class Function>
    V get(Function function) const {
        return detail::get<V>(function, handle());
    }

    detail::owned<bocpd_detection, bocpd_detection_free> handle_;
};

namespace detail {

/// How many observations there are, of as many numbers as the configuration says.
inline std::size_t observations(span<const double> rows, const config &known) {
    const std::size_t dimension = known.dimension();
    if (rows.size() % dimension != 0) {
        throw std::invalid_argument("the last observation is incomplete");
    }
    return rows.size() / dimension;
}

} // namespace detail

/// Finds the changes of a series that nothing is known about; intervals hold `mass`.
inline detection detect(span<const double> values, double mass = 0.9) {
    bocpd_detection *out = nullptr;
    check(bocpd_detect(values.data(), values.size(), nullptr, mass, &out));
    return detection(out);
}

/// The same with exactly so many changes.
inline detection detect_changes(span<const double> values, std::size_t changes,
                                double mass = 0.9) {
    bocpd_detection *out = nullptr;
    check(bocpd_detect_changes(values.data(), values.size(), nullptr, 0, nullptr, mass, changes,
                               &out));
    return detection(out);
}

/// The same with what is known: `rows` has observations of known.dimension() numbers each.
inline detection detect_changes(span<const double> rows, std::size_t changes,
                                const config &known, double mass = 0.9) {
    bocpd_detection *out = nullptr;
    check(bocpd_detect_changes(rows.data(), detail::observations(rows, known), nullptr, 0,
                               known.handle(), mass, changes, &out));
    return detection(out);
}

/// The same of a series with features, as many for each observation.
inline detection detect(span<const double> rows, span<const double> features,
                        const config &known, double mass = 0.9) {
    const std::size_t count = detail::observations(rows, known);
    if (count == 0 ? features.size() > 0 : features.size() % count != 0) {
        throw std::invalid_argument("as many features for each observation");
    }
    const std::size_t width = count == 0 ? 0 : features.size() / count;
    bocpd_detection *out = nullptr;
    check(bocpd_detect_with(rows.data(), count, features.data(), width, known.handle(), mass,
                            &out));
    return detection(out);
}

/// The same with what is known: `rows` has observations of `dimension` numbers each, which is
/// known.dimension(); 0 stands for that.
inline detection detect(span<const double> rows, const config &known,
                        std::size_t dimension = 0, double mass = 0.9) {
    const std::size_t count = detail::observations(rows, known);
    if (dimension != 0 && dimension != known.dimension()) {
        throw std::invalid_argument("observations have as many numbers as the configuration");
    }
    bocpd_detection *out = nullptr;
    check(bocpd_detect(rows.data(), count, known.handle(), mass, &out));
    return detection(out);
}

/// A parameter of a fit: `part` is "model", "hazard" or "outliers"; `error` is its standard error,
/// NaN where that is not known; `outcome` is "found", "fixed", "undetermined" or "limit".
struct fitted {
    std::string part, name;
    double before, value, error;
    std::string outcome;
};

/// The parameters that a history makes most probable.
struct fit {
    bocpd::config config;
    double ln_evidence_before, ln_evidence;
    bool converged;
    std::size_t evaluations, series;
    std::uint64_t observations;
    std::vector<fitted> parameters;
};

/// Finds the parameters of model and hazard under which several series, of one number an
/// observation, are most probable together, starting from those of `known`. `fixed` names
/// parameters that stay, `moving` some that move although by default they stay, separated by
/// commas. At most so many `evaluations`; 0 is 2000.
inline fit fit_series(span<const std::vector<double>> series, const config &known,
                      const std::string &fixed = {}, const std::string &moving = {},
                      std::size_t evaluations = 0) {
    std::vector<double> rows;
    std::vector<std::size_t> counts;
    for (const auto &one : series) {
        rows.insert(rows.end(), one.begin(), one.end());
        counts.push_back(one.size());
    }
    bocpd_fit *handle = nullptr;
    check(bocpd_fit_series(known.handle(), rows.data(), counts.data(), counts.size(),
                           fixed.c_str(), moving.c_str(), evaluations, &handle));
    const detail::owned<bocpd_fit, bocpd_fit_free> freed(handle);
    fit out{config::fitted(handle), 0, 0, false, 0, 0, 0, {}};
    check(bocpd_fit_ln_evidence(handle, &out.ln_evidence_before, &out.ln_evidence));
    int converged = 0;
    check(bocpd_fit_effort(handle, &converged, &out.evaluations, &out.series, &out.observations));
    out.converged = converged != 0;
    std::size_t count = 0;
    check(bocpd_fit_parameter_count(handle, &count));
    for (std::size_t i = 0; i < count; ++i) {
        fitted one{};
        const char *part = "", *name = "", *outcome = "";
        check(bocpd_fit_parameter(handle, i, &part, &name, &one.before, &one.value, &one.error,
                                  &outcome));
        one.part = part;
        one.name = name;
        one.outcome = outcome;
        out.parameters.push_back(one);
    }
    return out;
}

/// An alarm threshold and what it achieves: of `quantity`, "average_run_length" or
/// "false_alarm", `target` was asked for. bocpd_calibration_achieved and
/// bocpd_calibration_effort say what the numbers are.
struct calibration {
    double threshold;
    std::string quantity;
    double target, achieved, error, low, high, censored;
    std::size_t streams, horizon;
};

/// Where quiet streams come from and how much is simulated: from the model, unless there
/// is a history without changes, of observations of `dimension` numbers each (0: as the
/// configuration says), in blocks of `block` observations. `longest` is for an average run
/// length, 0 is 20 times that.
struct effort {
    span<const double> quiet = {};
    std::size_t dimension = 0;
    std::size_t block = 1;
    std::size_t streams = 1000;
    std::size_t longest = 0;
    std::uint64_t seed = 0;
};

namespace detail {

/// How many quiet observations there are.
inline std::size_t observations(const effort &how, const config &known) {
    if (how.quiet.size() > 0 && how.dimension != 0 && how.dimension != known.dimension()) {
        throw std::invalid_argument("observations have as many numbers as the configuration");
    }
    return how.quiet.size() == 0 ? 0 : observations(how.quiet, known);
}

inline calibration read(bocpd_calibration *handle) {
    const owned<bocpd_calibration, bocpd_calibration_free> freed(handle);
    calibration out{};
    check(bocpd_calibration_threshold(handle, &out.threshold));
    const char *quantity = "";
    check(bocpd_calibration_target(handle, &quantity, &out.target));
    out.quantity = quantity;
    check(bocpd_calibration_achieved(handle, &out.achieved, &out.error, &out.low, &out.high));
    check(bocpd_calibration_effort(handle, &out.streams, &out.horizon, &out.censored));
    return out;
}

} // namespace detail

/// The threshold whose first false alarm comes after so many observations, on average.
inline calibration calibrate_average_run_length(const config &config,
                                                double average_run_length,
                                                const effort &how = {}) {
    bocpd_calibration *out = nullptr;
    check(bocpd_calibrate_average_run_length(config.handle(), average_run_length,
                                             how.quiet.data(), detail::observations(how, config),
                                             how.block, how.streams, how.longest, how.seed, &out));
    return detail::read(out);
}

/// The threshold for a false alarm within `horizon` observations with this probability.
inline calibration calibrate_false_alarm(const config &config, double probability,
                                         std::size_t horizon, const effort &how = {}) {
    bocpd_calibration *out = nullptr;
    check(bocpd_calibrate_false_alarm(config.handle(), probability, horizon, how.quiet.data(),
                                      detail::observations(how, config), how.block, how.streams,
                                      how.seed, &out));
    return detail::read(out);
}

/// What bocpd_detector_shift says.
struct shift {
    double probability, p_rose, difference, sd;
};

/// What bocpd_alarms_… say of one alarm; no shift if an own model does not know its level.
struct alarm {
    std::uint64_t began, noticed_at;
    double probability;
    std::optional<bocpd::shift> shift;
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
    explicit detector(const bocpd::config &made_from) {
        check(bocpd_detector_new(made_from.handle(), &handle_));
    }

    /// From the bytes that snapshot() gave.
    static detector restore(span<const std::uint8_t> bytes) {
        bocpd_detector *handle = nullptr;
        check(bocpd_detector_restore(bytes.data(), bytes.size(), &handle));
        return detector(handle);
    }
    /// The same where model or hazard are one's own.
    static detector restore(const bocpd::config &made_from, span<const std::uint8_t> bytes) {
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
    /// With features that come along, for models that regress on some.
    double step(double x, span<const double> features) {
        double p = 0;
        check(bocpd_detector_step_with(handle_, x, features.data(), features.size(), &p));
        return p;
    }
    double step_after(double elapsed, double x, span<const double> features) {
        double p = 0;
        check(bocpd_detector_step_with_after(handle_, elapsed, x, features.data(),
                                             features.size(), &p));
        return p;
    }
    /// How many features come along with an observation.
    std::size_t features() const { return get<std::size_t>(bocpd_detector_features); }
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
        return run(observations_in(rows), [&](std::size_t count, batch &out, std::size_t *done) {
            return bocpd_detector_batch(handle_, rows.data(), count, out.p_change_now.data(),
                                        out.map_run_length.data(),
                                        out.map_probability.data(),
                                        out.ln_predictive.data(), done);
        });
    }
    /// The same with features, as many for each observation.
    batch step_many(span<const double> rows, span<const double> features) {
        const std::size_t width = features_in(rows, features);
        return run(observations_in(rows), [&](std::size_t count, batch &out, std::size_t *done) {
            return bocpd_detector_batch_with(
                handle_, rows.data(), count, features.data(), width, out.p_change_now.data(),
                out.map_run_length.data(), out.map_probability.data(),
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
    /// Of the last observation.
    double p_outlier() const { return get<double>(bocpd_detector_p_outlier); }
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

    /// Of the model of the configuration, then of its alternatives.
    std::vector<double> model_probabilities() const {
        return detail::list<double>(bocpd_detector_model_probabilities, chandle());
    }

    /// Of each mean run length of a constant grid; 1 with any other hazard.
    std::vector<double> hazard_probabilities() const {
        return detail::list<double>(bocpd_detector_hazard_probabilities, chandle());
    }

    /// Of the most probable segmentation: first indices of new segments, ascending.
    std::vector<std::uint64_t> changepoints() const {
        return detail::list<std::uint64_t>(bocpd_detector_changepoints, chandle());
    }
    /// Those that no later observation can change.
    std::vector<std::uint64_t> settled() const {
        return detail::list<std::uint64_t>(bocpd_detector_settled, chandle());
    }
    /// Those that later observations may still change.
    std::vector<std::uint64_t> provisional() const {
        return detail::list<std::uint64_t>(bocpd_detector_provisional, chandle());
    }
    /// The settled ones, which the detector then forgets.
    std::vector<std::uint64_t> take_settled() {
        return detail::list<std::uint64_t>(bocpd_detector_take_settled, handle_);
    }

    // -- when things changed, given all that was seen since (needs a history) --------
    bocpd::smoothed smoothed() const {
        bocpd::smoothed out;
        out.p_change_at = detail::list<double>(bocpd_detector_smoothed, chandle(), &out.first);
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
    /// Those that are not remembered are left out.
    std::vector<location> locations(span<const std::uint64_t> changepoints,
                                    double mass) const {
        bocpd_locations *out = nullptr;
        check(bocpd_detector_locations(handle_, changepoints.data(), changepoints.size(), mass,
                                       &out));
        const detail::owned<bocpd_locations, bocpd_locations_free> freed(out);
        return detail::read(out);
    }
    /// What the model says of the segments of a series, whatever was seen.
    std::vector<segment> segments(span<const double> rows,
                                  span<const std::uint64_t> changepoints,
                                  double mass) const {
        bocpd_segments *out = nullptr;
        check(bocpd_detector_segments(handle_, rows.data(), observations_in(rows),
                                      changepoints.data(), changepoints.size(), mass, &out));
        const detail::owned<bocpd_segments, bocpd_segments_free> freed(out);
        return detail::read(out);
    }
    /// The same with features, as many for each observation.
    std::vector<segment> segments(span<const double> rows, span<const double> features,
                                  span<const std::uint64_t> changepoints, double mass) const {
        bocpd_segments *out = nullptr;
        check(bocpd_detector_segments_with(handle_, rows.data(), observations_in(rows),
                                           features.data(), features_in(rows, features),
                                           changepoints.data(), changepoints.size(), mass,
                                           &out));
        const detail::owned<bocpd_segments, bocpd_segments_free> freed(out);
        return detail::read(out);
    }
    /// The best segmentation of a series with exactly k changes, for each k up to `most`.
    bocpd::segmentations segmentations(span<const double> rows, std::size_t most,
                                       span<const double> features = {}) const {
        bocpd_segmentations *out = nullptr;
        check(bocpd_detector_segmentations(handle_, rows.data(), observations_in(rows),
                                           features.data(), features_in(rows, features), most,
                                           &out));
        const detail::owned<bocpd_segmentations, bocpd_segmentations_free> freed(out);
        return detail::read(out);
    }
    /// For each observation of a series P(it is an outlier | its segment).
    std::vector<double> p_outlier_in(span<const double> rows,
                                     span<const std::uint64_t> changepoints) const {
        return detail::list<double>(bocpd_detector_p_outlier_in, handle_, rows.data(),
                                    observations_in(rows), changepoints.data(),
                                    changepoints.size());
    }
    /// The same with features, as many for each observation.
    std::vector<double> p_outlier_in(span<const double> rows, span<const double> features,
                                     span<const std::uint64_t> changepoints) const {
        return detail::list<double>(bocpd_detector_p_outlier_in_with, handle_, rows.data(),
                                    observations_in(rows), features.data(),
                                    features_in(rows, features), changepoints.data(),
                                    changepoints.size());
    }
    /// Everything about the series that was seen, which is `rows`.
    bocpd::detection detection(span<const double> rows, double mass = 0.9) const {
        bocpd_detection *out = nullptr;
        check(bocpd_detector_detection(handle_, rows.data(), observations_in(rows), mass,
                                       &out));
        return bocpd::detection(out);
    }
    /// The same with features, as many for each observation.
    bocpd::detection detection(span<const double> rows, span<const double> features,
                               double mass = 0.9) const {
        bocpd_detection *out = nullptr;
        check(bocpd_detector_detection_with(handle_, rows.data(), observations_in(rows),
                                            features.data(), features_in(rows, features), mass,
                                            &out));
        return bocpd::detection(out);
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
    distribution predict(std::uint64_t ahead = 1) const {
        return distribution(
            detail::get<bocpd_distribution *>(bocpd_detector_predict, chandle(), ahead));
    }
    distribution predict_after(double elapsed) const {
        return distribution(detail::get<bocpd_distribution *>(bocpd_detector_predict_after,
                                                              chandle(), elapsed));
    }
    /// Of one of the numbers of an observation, from 0.
    distribution predict_number(std::size_t dimension, std::uint64_t ahead = 1) const {
        return distribution(detail::get<bocpd_distribution *>(bocpd_detector_predict_number,
                                                              chandle(), dimension, ahead));
    }
    distribution predict_number_after(std::size_t dimension, double elapsed) const {
        return distribution(detail::get<bocpd_distribution *>(
            bocpd_detector_predict_number_after, chandle(), dimension, elapsed));
    }
    /// Of an observation that comes with features.
    distribution predict(std::uint64_t ahead, span<const double> features) const {
        return distribution(
            detail::get<bocpd_distribution *>(bocpd_detector_predict_with, chandle(), ahead,
                                              features.data(), features.size()));
    }
    distribution predict_after(double elapsed, span<const double> features) const {
        return distribution(
            detail::get<bocpd_distribution *>(bocpd_detector_predict_with_after, chandle(),
                                              elapsed, features.data(), features.size()));
    }
    /// What is known of the parameters of the current segment, the level first.
    std::vector<distribution> parameters() const {
        std::vector<distribution> out;
        const auto count = get<std::size_t>(bocpd_detector_parameter_count);
        for (std::size_t which = 0; which < count; ++which) {
            out.push_back(distribution(detail::get<bocpd_distribution *>(
                bocpd_detector_parameter, chandle(), which)));
        }
        return out;
    }
    /// `count` observations of one segment, drawn from the model.
    std::vector<double> simulate(std::uint64_t seed, std::size_t count) const {
        return detail::list<double>(bocpd_detector_simulate, chandle(), seed, count);
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
    /// Those raised since the last time, oldest first.
    std::vector<alarm> take_alarms() {
        bocpd_alarms *taken = nullptr;
        check(bocpd_detector_take_alarms(handle_, &taken));
        const detail::owned<bocpd_alarms, bocpd_alarms_free> freed(taken);
        const bocpd_alarms *alarms = taken;
        std::vector<alarm> out(detail::get<std::size_t>(bocpd_alarms_count, alarms));
        for (std::size_t i = 0; i < out.size(); ++i) {
            alarm &a = out[i];
            check(bocpd_alarms_alarm(alarms, i, &a.began, &a.noticed_at, &a.probability));
            bocpd::shift s{};
            const bocpd_status status = bocpd_alarms_shift(alarms, i, &s.probability, &s.p_rose,
                                                           &s.difference, &s.sd);
            if (status != BOCPD_UNSUPPORTED) {
                check(status);
                a.shift = s;
            }
        }
        return out;
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

    bocpd::shift shift_between(std::uint64_t low, std::uint64_t high) const {
        bocpd::shift out{};
        check(bocpd_detector_shift_between(handle_, low, high, &out.probability, &out.p_rose,
                                           &out.difference, &out.sd));
        return out;
    }

    /// What it was made from.
    bocpd::config config() const {
        return bocpd::config(get<bocpd_config *>(bocpd_detector_config));
    }
    /// Everything as bytes, for restore().
    std::vector<std::uint8_t> snapshot() const {
        return detail::list<std::uint8_t>(bocpd_detector_snapshot, chandle());
    }

    /// For the functions of bocpd.h.
    bocpd_detector *handle() noexcept { return handle_; }
    const bocpd_detector *handle() const noexcept { return handle_; }

private:
    friend class panel;

    explicit detector(bocpd_detector *handle) noexcept : handle_(handle) {}

    const bocpd_detector *chandle() const noexcept { return handle_; }

    template <class V, class Function>
    V get(Function function) const {
        return detail::get<V>(function, chandle());
    }

    std::size_t observations_in(span<const double> rows) const {
        const std::size_t d = dimension();
        if (rows.size() % d != 0) {
            throw std::invalid_argument("the last observation is incomplete");
        }
        return rows.size() / d;
    }

    /// How many features each observation has.
    std::size_t features_in(span<const double> rows, span<const double> features) const {
        const std::size_t count = observations_in(rows);
        if (count == 0 ? features.size() > 0 : features.size() % count != 0) {
            throw std::invalid_argument("features do not belong to so many observations");
        }
        return count == 0 ? 0 : features.size() / count;
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

/// Something that was noticed in a series of a panel.
struct panel_event {
    std::uint64_t key;
    std::uint64_t index;       ///< of the observation that told it, in its series
    double time;               ///< when that was made; NaN if it was not said
    std::uint64_t changepoint; ///< the first observation of the new segment
    double probability;        ///< of an alarm; NaN for a change that is settled
};

/// Many series by key.
class panel {
public:
    /// All detectors have this configuration.
    explicit panel(const bocpd::config &made_from) {
        bocpd_panel *handle = nullptr;
        check(bocpd_panel_new(made_from.handle(), &handle));
        handle_.reset(handle);
    }
    /// Each series gets a configuration of its own from its first observations.
    static panel automatic(std::size_t first) {
        bocpd_panel *handle = nullptr;
        check(bocpd_panel_automatic(first, &handle));
        return panel(handle);
    }
    /// From the bytes that snapshot() gave.
    static panel restore(span<const std::uint8_t> bytes) {
        bocpd_panel *handle = nullptr;
        check(bocpd_panel_restore(bytes.data(), bytes.size(), &handle));
        return panel(handle);
    }

    /// Takes in the next observation of a series; P(a segment starts there), NaN while the series
    /// waits for its first observations.
    double push(std::uint64_t key, span<const double> row) {
        return detail::get<double>(bocpd_panel_push, handle(), key, row.data(), row.size());
    }
    double push(std::uint64_t key, double x) { return push(key, span<const double>(&x, 1)); }
    double push_at(std::uint64_t key, double time, span<const double> row) {
        return detail::get<double>(bocpd_panel_push_at, handle(), key, time, row.data(),
                                   row.size());
    }
    double push_at(std::uint64_t key, double time, double x) {
        return push_at(key, time, span<const double>(&x, 1));
    }
    /// Takes in many observations of `dimension` numbers each; what became of each of them.
    /// `times` is empty, or says when each was made.
    std::vector<bocpd_status> push_many(span<const std::uint64_t> keys, span<const double> rows,
                                        span<const double> times = {},
                                        std::size_t dimension = 1) {
        if (rows.size() != keys.size() * dimension ||
            (times.size() != 0 && times.size() != keys.size())) {
            throw std::invalid_argument("keys, rows and times are not of so many observations");
        }
        std::vector<bocpd_status> statuses(keys.size());
        check(bocpd_panel_push_many(handle(), keys.data(),
                                    times.size() == 0 ? nullptr : times.data(), rows.data(),
                                    keys.size(), dimension, statuses.data(), nullptr));
        return statuses;
    }

    /// What was noticed since the last time, in the order of the observations that told it.
    std::vector<panel_event> take_events() {
        std::vector<panel_event> all;
        for (;;) {
            panel_event event{};
            int there = 0;
            check(bocpd_panel_next_event(handle(), &event.key, &event.index, &event.time,
                                         &event.changepoint, &event.probability, &there));
            if (there == 0) {
                return all;
            }
            all.push_back(event);
        }
    }

    std::size_t size() const { return detail::get<std::size_t>(bocpd_panel_count, chandle()); }
    std::vector<std::uint64_t> keys() const {
        return detail::list<std::uint64_t>(bocpd_panel_keys, chandle());
    }
    /// How many observations were pushed: a mark for snapshot().
    std::uint64_t pushed() const {
        return detail::get<std::uint64_t>(bocpd_panel_pushed, chandle());
    }
    /// A copy of the detector of a series, if it has one already.
    std::optional<bocpd::detector> detector(std::uint64_t key) const {
        bocpd_detector *found = nullptr;
        check(bocpd_panel_detector(chandle(), key, &found));
        if (found == nullptr) {
            return std::nullopt;
        }
        return bocpd::detector(found);
    }
    /// Ends a series.
    void remove(std::uint64_t key) { check(bocpd_panel_remove(handle(), key)); }

    /// Those series that have had an observation since so many were pushed, as bytes.
    std::vector<std::uint8_t> snapshot(std::uint64_t since = 0) const {
        return detail::list<std::uint8_t>(bocpd_panel_snapshot, chandle(), since);
    }
    /// Takes over the series of a snapshot of a panel that was made alike.
    void apply(span<const std::uint8_t> bytes) {
        check(bocpd_panel_apply(handle(), bytes.data(), bytes.size()));
    }

    /// For the functions of bocpd.h.
    bocpd_panel *handle() noexcept { return handle_.get(); }

private:
    explicit panel(bocpd_panel *handle) noexcept : handle_(handle) {}
    const bocpd_panel *chandle() const noexcept { return handle_.get(); }

    detail::owned<bocpd_panel, bocpd_panel_free> handle_;
};

} // namespace bocpd

#endif // BOCPD_HPP
