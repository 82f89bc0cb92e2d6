/*
 * libbocpd: Bayesian online changepoint detection.
 *
 * Conventions
 *
 * - A run length r = 0 means that the observation is the first of a new segment.
 *   A changepoint is the 0-based index of the first observation of a new segment.
 *   Index 0 starts the first segment and is never reported.
 * - h(l), l >= 1, is P(the segment ends after l observations | it reached l).
 *
 * Rules, without exception unless a function says so
 *
 * - Every function that can fail returns a status; BOCPD_OK is 0. Nothing is
 *   written through an output pointer, and no object is changed, unless the
 *   status is BOCPD_OK.
 * - Pointers must not be NULL where the documentation does not say that they
 *   may; NULL there is BOCPD_NULL_POINTER, not a crash.
 * - What a function makes, the function of the same type ending in _free frees.
 *   Freeing NULL does nothing. Using an object after it was freed is not defined.
 *   What comes as a pointer to const is not the caller's: it lives as long as the
 *   object that it was asked from.
 * - Lists are asked for twice: first with NULL buffers and a capacity of 0, which
 *   gives the length; then with buffers of at least that capacity. A capacity that
 *   is too small is BOCPD_BUFFER_TOO_SMALL.
 * - Threads: different objects may be used in different threads at the same time.
 *   One object may be used by one thread at a time, or under a lock of the
 *   caller's; functions that take it as const may run at the same time as each
 *   other. Of calls on one detector at the same time, one of which changes it, and
 *   of any calls on one panel, one is refused (BOCPD_BUSY); other objects have no such
 *   guard.
 */
/* Written by cbindgen from the sources; do not edit. */

#ifndef BOCPD_H
#define BOCPD_H

#include <stddef.h>
#include <stdint.h>

// Version of the interface in this header. It changes only when a program
// compiled against an older header could not run with the library any more;
// the shared library's name ends in it.
#define BOCPD_ABI_VERSION 1

// Version of the library that this header came with: the first number.
#define BOCPD_VERSION_MAJOR 0

// The second number.
#define BOCPD_VERSION_MINOR 1

// The third number.
#define BOCPD_VERSION_PATCH 0

// Alarms that were raised.
typedef struct bocpd_alarms bocpd_alarms;

// A threshold and what it achieves.
typedef struct bocpd_calibration bocpd_calibration;

// What a detector is made from: a model, a hazard, limits on the number of
// hypotheses, and what NaN means. Setters replace what was set before; on failure
// the configuration is as before.
typedef struct bocpd_config bocpd_config;

// What a series says: its changes, its segments, and what was assumed.
typedef struct bocpd_detection bocpd_detection;

// A detector. What it was made from is fixed; what it has seen changes with every
// step.
typedef struct bocpd_detector bocpd_detector;

// The distribution of a number: of an observation to come, of a parameter of the
// current segment. It does not need the detector it was asked from any more.
typedef struct bocpd_distribution bocpd_distribution;

// What a history says of the parameters of a configuration.
typedef struct bocpd_fit bocpd_fit;

// Changes with the places where they may have been.
//
// The neighbourhood of a change is every index that is closer to it than to the changes
// beside it. Its credible set is the smallest set of indices of the neighbourhood that
// has the wished share of where the change is, given that the neighbourhood has exactly
// one.
typedef struct bocpd_locations bocpd_locations;

// Detectors for many series, one for each key. Of calls on one panel at the same time one is
// refused (BOCPD_BUSY), also of a call by a function of the caller's that the panel has called.
typedef struct bocpd_panel bocpd_panel;

// A stream of random numbers, lent to a function that simulates.
typedef struct bocpd_random bocpd_random;

// The best segmentations of a series, by their number of changes.
typedef struct bocpd_segmentations bocpd_segmentations;

// The segments of a series, each with what the model says of it.
typedef struct bocpd_segments bocpd_segments;

// How a call ended. The numbers are never given another meaning and never used
// again; later versions may add some, so treat those you do not know as failure.
typedef int32_t bocpd_status;

// An observation model of the caller's: how one hypothesis scores an observation
// and learns from it. Fill it with zeros first, then set struct_size and the
// fields needed.
//
// What a hypothesis has learned, its statistics, is a block of stats_size bytes
// that the library keeps, copies with memcpy and writes into snapshots: it must
// be plain data, without pointers to anything that it owns.
//
// The functions get the user pointer given to bocpd_config_set_own_model. They
// must not throw, nor jump out, nor use the detector that calls them
// (BOCPD_BUSY). Detectors made from one configuration share the user pointer; in
// several threads they call the functions at the same time.
typedef struct {
    // sizeof(bocpd_model): by this the library knows which fields there are.
    size_t struct_size;
    // How many numbers make an observation, at least 1.
    size_t dimension;
    // sizeof the statistics.
    size_t stats_size;
    // Their alignment: 1, 2, 4, ... or 64.
    size_t stats_align;
    // Writes what a hypothesis knows at its birth into stats.
    void (*prior)(void *user, void *stats);
    // ln p(x | stats), the log predictive density or probability of an observation
    // of dimension numbers. -INFINITY means impossible; if it is NaN, +INFINITY or
    // impossible under all hypotheses, the step fails with BOCPD_IMPOSSIBLE.
    double (*ln_predictive)(void *user, const void *stats, const double *x);
    // Lets the hypothesis absorb x.
    void (*update)(void *user, void *stats, const double *x);
    // Whether x can be observed at all: 0 if it can; otherwise the step fails with
    // BOCPD_OUT_OF_SUPPORT. May be NULL: then every finite x can, and NaN and
    // infinities fail with BOCPD_NON_FINITE.
    int (*check)(void *user, const double *x);
    // Called once, in any thread, when the last object that uses the user pointer is
    // gone: configurations, detectors, distributions. May be NULL.
    void (*release)(void *user);
    // All that follows may be NULL. What a model does not know of itself cannot be
    // asked: BOCPD_UNSUPPORTED.
    //
    // Predictions (bocpd_detector_predict), for a dimension of 1: mean and variance of
    // the next observation given stats; infinite or NaN where there is none. Goes
    // together with predictive_cdf.
    void (*predictive_moments)(void *user,
                               const void *stats,
                               double *mean,
                               double *variance);
    // P(the next observation <= x | stats), for every x: 0 below all that can be
    // observed, 1 above.
    double (*predictive_cdf)(void *user, const void *stats, double x);
    // P(the next observation > x | stats), if it is known better than as 1 less
    // predictive_cdf, which loses all digits in the tail.
    double (*predictive_survival)(void *user, const void *stats, double x);
    // Not 0 if only integers can be observed.
    int discrete;
    // What is known of the level, whatever number the caller calls so
    // (bocpd_detector_shift, bocpd_detector_parameter, segments): mean and variance of
    // its posterior. Goes together with level_cdf.
    void (*level_moments)(void *user, const void *stats, double *mean, double *variance);
    // P(level <= x | stats), for every x.
    double (*level_cdf)(void *user, const void *stats, double x);
    // Draws the observations of one segment, its parameters drawn from the prior:
    // count of them, of dimension numbers each, one after the other into xs
    // (bocpd_detector_simulate, calibration). Randomness comes from
    // bocpd_random_uniform alone.
    void (*simulate)(void *user, bocpd_random *random, size_t count, double *xs);
} bocpd_model;

// A hazard of the caller's. Fill it with zeros first, then set struct_size and the
// fields needed. What is said of the functions of bocpd_model holds here too.
typedef struct {
    // sizeof(bocpd_hazard): by this the library knows which fields there are.
    size_t struct_size;
    // h(l) for a segment of length l >= 1 observations, in [0, 1]; a step for which
    // it gives anything else fails with BOCPD_HAZARD.
    double (*hazard)(void *user, uint64_t length);
    // For observations at irregular times: the probability that a segment whose
    // first observation is age old ends within the next elapsed. May be NULL; then
    // such steps fail with BOCPD_ELAPSED_UNSUPPORTED.
    double (*over)(void *user, double age, double elapsed);
    // Called once, in any thread, when the last configuration and the last detector
    // that use the user pointer are gone. May be NULL.
    void (*release)(void *user);
    // ln P(L >= length + further | L >= length): how probable it is that a segment of
    // so many observations goes on for further more; at most 0, -INFINITY if that is
    // impossible, and the sum of ln(1 - h) over the lengths passed. May be NULL. With
    // it a step loses no digits where h is nearly 1 (it is asked where h > 1/2; anything
    // else than a number of at most 0 fails with BOCPD_HAZARD), and what is asked about
    // the future takes the same time however far away it is.
    double (*ln_survival)(void *user, uint64_t length, uint64_t further);
    // The same for observations at irregular times: ln(1 - over(age, elapsed)). May be
    // NULL.
    double (*ln_survival_over)(void *user, double age, double elapsed);
} bocpd_hazard;

// The call did what it says.
#define BOCPD_OK 0

// A pointer that must not be NULL was.
#define BOCPD_NULL_POINTER 1

// A parameter of a model, hazard or limit cannot be used. The message names it.
#define BOCPD_INVALID_PARAMETER 2

// An argument of the call itself cannot be used (a misaligned pointer, a length
// past the address space, a table of functions without a needed one).
#define BOCPD_INVALID_ARGUMENT 3

// The configuration has no model or no hazard yet.
#define BOCPD_INCOMPLETE 4

// The caller's buffer is too small.
#define BOCPD_BUFFER_TOO_SMALL 5

// The observation is NaN or infinite.
#define BOCPD_NON_FINITE 6

// The observation is outside the support of the model.
#define BOCPD_OUT_OF_SUPPORT 7

// The observation has the wrong number of values.
#define BOCPD_DIMENSION 8

// No hypothesis gives the observation a positive, finite density.
#define BOCPD_IMPOSSIBLE 9

// The hazard gave something that is not a probability.
#define BOCPD_HAZARD 10

// The elapsed time is not a positive, finite number.
#define BOCPD_ELAPSED 11

// The hazard counts observations and has no meaning for elapsed time.
#define BOCPD_ELAPSED_UNSUPPORTED 12

// The model gave NaN or zero densities in an earlier step; only
// bocpd_detector_reset helps.
#define BOCPD_BROKEN 13

// The bytes are not a snapshot that can be used.
#define BOCPD_SNAPSHOT 14

// The detector is in use by another call: in another thread, or by the one that the
// calling function of a model or hazard belongs to. Nothing waits, nothing has
// happened. In a process that was forked while another thread was using the detector,
// it stays so.
#define BOCPD_BUSY 15

// An error inside the library. The detector it happened in can only be freed.
#define BOCPD_PANIC 16

// Any error of a later version that this one has no number for.
#define BOCPD_OTHER 17

// The history that this question is about was not kept: see
// bocpd_config_set_history_lag.
#define BOCPD_HISTORY 18

// An index or a position that is not among those that can be asked about.
#define BOCPD_INDEX 19

// The model does not know this of itself.
#define BOCPD_UNSUPPORTED 20

// The detector does not follow how levels change: see bocpd_config_set_shifts.
#define BOCPD_NOT_FOLLOWED 21

// The features that came along are not those that the model regresses on: too few, too many,
// or one that is not finite.
#define BOCPD_FEATURES 22

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

// BOCPD_ABI_VERSION of the library that the program runs with.
uint32_t bocpd_abi_version(void);

// The version of the library that the program runs with, as "major.minor.patch".
const char *bocpd_version(void);

// What a status means, in a sentence; never NULL. The string lives as long as the
// program.
const char *bocpd_status_message(int32_t status);

// What went wrong in the last call that failed in this thread, with names and
// values; an empty string if none has. Never NULL. The string lives until the
// next call that fails in this thread; calls that succeed leave it alone.
const char *bocpd_last_error_message(void);

// Makes an empty configuration: no model and no hazard, the default limits on
// hypotheses (those that are improbable are given up), NaN is an error, nothing is
// remembered, no alarms.
bocpd_status bocpd_config_new(bocpd_config **config);

// Makes a configuration for a series that lies there complete and of which nothing is known
// but its values. What the numbers are (yes or no, counts, real numbers), the structure of
// their noise, outliers, and how many changes are to be expected follow from the values:
// docs/tuning.md says how. Up to 4000 values no hypothesis is given up. NaN is an error.
// values may be NULL if count is 0. For observations of several numbers: bocpd_config_for_rows.
bocpd_status bocpd_config_for(const double *values,
                              size_t count,
                              bocpd_config **config);

// Makes a configuration for a stream that begins with these values, of which nothing else is
// said. What the numbers are (yes or no, counts, real numbers) and their scale follow from
// them; the noise of real numbers is white, AR(1), or that of a level that drifts, as
// observations will say: several models go side by side, and readouts are averages over them
// (bocpd_detector_model_probabilities). A setter of a model takes their place. NaN is a
// missing value here. values may be NULL if count is 0.
bocpd_status bocpd_config_for_stream(const double *values,
                                     size_t count,
                                     bocpd_config **config);

// Lets the whole stream have one of the models, the default: as many filters go side by side as
// there are models.
bocpd_status bocpd_config_set_alternatives_per_stream(bocpd_config *config);

// Lets each segment have one of the models, drawn anew with their weights as probabilities: one
// filter, whose bocpd_detector_model_probabilities are those of the current segment.
bocpd_status bocpd_config_set_alternatives_per_segment(bocpd_config *config);

// Adds a model that the stream, or each segment (bocpd_config_set_alternatives_per_segment), may
// have instead of that of the configuration, that of another configuration: they go side by side, weighed by what they say of the stream. The weight is
// its prior probability as a multiple of that of the configuration's own model. Both have to
// be densities, or probabilities of counts. A setter of a model takes the place of all.
//
// Errors: BOCPD_INVALID_PARAMETER; BOCPD_INCOMPLETE where the other configuration has no model;
// what cannot be compared is an error when a detector is made.
bocpd_status bocpd_config_add_alternative(bocpd_config *config,
                                          const bocpd_config *other,
                                          double weight);

// Makes a copy of a configuration.
bocpd_status bocpd_config_clone(const bocpd_config *config, bocpd_config **copy);

// Frees a configuration; NULL is fine. Detectors made from it live on.
void bocpd_config_free(bocpd_config *config);

// Gives up no hypothesis: time and memory of a step grow with the stream. Limits
// set afterwards apply again.
bocpd_status bocpd_config_set_exact(bocpd_config *config);

// Keeps at most this many hypotheses, those that would be missed most: 2 to 2^31.
bocpd_status bocpd_config_set_max_hypotheses(bocpd_config *config, size_t max_hypotheses);

// Gives up hypotheses less probable than this: 0 to 0.1.
bocpd_status bocpd_config_set_min_weight(bocpd_config *config, double min_weight);

// Treats all run lengths of this many or more as one: 1 to 2^53.
bocpd_status bocpd_config_set_max_run_length(bocpd_config *config,
                                             uint64_t max_run_length);

// Chooses those that stay within max_hypotheses by stratified optimal resampling with
// random numbers from this seed, instead of the most probable; bocpd_config_set_exact takes
// it back. Better with hundreds of hypotheses, worse with few.
//
// Errors: BOCPD_INVALID_PARAMETER if max_hypotheses is not set.
bocpd_status bocpd_config_set_resample(bocpd_config *config,
                                       uint64_t seed);

// NaN in the data is an error (BOCPD_NON_FINITE).
bocpd_status bocpd_config_set_missing_error(bocpd_config *config);

// NaN in the data is a missing observation: time moves, nothing is learned. Of observations of
// several numbers (bocpd_config_add_number) each may be missing by itself; what the others say
// is learned. An observation of a model of one's own is missing as a whole.
bocpd_status bocpd_config_set_missing_skip(bocpd_config *config);

// Keeps no history: the default.
bocpd_status bocpd_config_set_history_none(bocpd_config *config);

// Remembers the last lag steps, so that bocpd_detector_smoothed and its kin can speak
// of the last lag + 1 observations. Memory is bounded: at most lag^2 / 2 probabilities.
bocpd_status bocpd_config_set_history_lag(bocpd_config *config, uint64_t lag);

// Remembers everything: memory grows with the stream, by as many probabilities a step
// as hypotheses are alive.
bocpd_status bocpd_config_set_history_all(bocpd_config *config);

// Real numbers, mean and variance unknown. Normal with a normal-inverse-gamma prior: the
// variance is 1/tau with tau ~ Gamma(alpha, rate beta), the mean ~ N(mean, 1 / (kappa
// tau)).
//
// - mean: prior mean of the level
// - kappa: how many observations the prior mean is worth
// - alpha: half as many observations as the prior variance is worth
// - beta: scale of the prior on the variance: about alpha times the variance
bocpd_status bocpd_config_set_gaussian(bocpd_config *config,
                                       double mean,
                                       double kappa,
                                       double alpha,
                                       double beta);

// Real numbers with outliers, degrees of freedom known. Student-t noise about an unknown
// level, of unknown scale, by weighted updates: wild values move a segment little. The
// prior is that of the Gaussian model, on the squared scale in place of the variance.
//
// - mean: prior mean of the level
// - kappa: how many observations the prior mean is worth
// - alpha: half as many observations as the prior variance is worth
// - beta: scale of the prior on the variance: about alpha times the variance
// - nu: degrees of freedom
bocpd_status bocpd_config_set_student_t(bocpd_config *config,
                                        double mean,
                                        double kappa,
                                        double alpha,
                                        double beta,
                                        double nu);

// Real numbers with outliers, degrees of freedom learned. The Student-t model with one
// of several degrees of freedom: every segment learns which.
//
// - mean: prior mean of the level
// - kappa: how many observations the prior mean is worth
// - alpha: half as many observations as the prior variance is worth
// - beta: scale of the prior on the variance: about alpha times the variance
// - nu: the degrees of freedom to choose from (count values)
// - nu_prior: prior weights of the degrees of freedom; all equal if not given (count
//   values or NULL)
bocpd_status bocpd_config_set_student_t_grid(bocpd_config *config,
                                             double mean,
                                             double kappa,
                                             double alpha,
                                             double beta,
                                             const double *nu,
                                             const double *nu_prior,
                                             size_t count);

// Counts, rate unknown. Poisson with rate ~ Gamma(shape, rate).
//
// - shape: shape of the gamma prior on the rate
// - rate: rate of the gamma prior: how many observations it is worth
bocpd_status bocpd_config_set_poisson(bocpd_config *config, double shape, double rate);

// Yes (1) or no (0), probability unknown. Bernoulli with probability ~ Beta(a, b).
//
// - a: how many yeses, or successes, the prior is worth
// - b: how many noes, or failures, the prior is worth
bocpd_status bocpd_config_set_bernoulli(bocpd_config *config, double a, double b);

// Successes out of a known number of trials, probability unknown. Binomial with
// probability ~ Beta(a, b).
//
// - a: how many yeses, or successes, the prior is worth
// - b: how many noes, or failures, the prior is worth
// - trials: trials of each observation
bocpd_status bocpd_config_set_binomial(bocpd_config *config,
                                       double a,
                                       double b,
                                       uint64_t trials);

// Positive numbers of known shape (1: exponential), rate unknown. Gamma with rate ~
// Gamma(shape, rate).
//
// - shape: shape of the gamma prior on the rate
// - rate: rate of the gamma prior: the sum of the observations that it is worth
// - known_shape: shape of the observations themselves
bocpd_status bocpd_config_set_gamma(bocpd_config *config,
                                    double shape,
                                    double rate,
                                    double known_shape);

// Real numbers, mean unknown, variance known. Normal of the variance given, with mean ~
// N(mean, variance / kappa).
//
// - mean: prior mean of the level
// - kappa: how many observations the prior mean is worth
// - variance: variance of the observations within a segment
bocpd_status bocpd_config_set_gaussian_known_variance(bocpd_config *config,
                                                      double mean,
                                                      double kappa,
                                                      double variance);

// Positive numbers whose logarithm has unknown mean and variance. The Gaussian model for
// the logarithm: its variance is 1/tau with tau ~ Gamma(alpha, rate beta), its mean ~
// N(mean, 1 / (kappa tau)).
//
// - mean: prior mean of the logarithm
// - kappa: how many observations the prior mean is worth
// - alpha: half as many observations as the prior variance is worth
// - beta: scale of the prior on the variance of the logarithm: about alpha times it
bocpd_status bocpd_config_set_log_normal(bocpd_config *config,
                                         double mean,
                                         double kappa,
                                         double alpha,
                                         double beta);

// Real numbers with outliers, by weighted Gaussian updates. The Gaussian model, but an
// observation enters with a power that falls with its distance: wild values move a
// segment little. The prior is that of the Gaussian model.
//
// - mean: prior mean of the level
// - kappa: how many observations the prior mean is worth
// - alpha: half as many observations as the prior variance is worth
// - beta: scale of the prior on the variance: about alpha times the variance
// - cutoff: how many predictive scales away an observation has half of its weight
bocpd_status bocpd_config_set_weighted_gaussian(bocpd_config *config,
                                                double mean,
                                                double kappa,
                                                double alpha,
                                                double beta,
                                                double cutoff);

// Real numbers about a level that may drift, rise or have a season. The Gaussian model
// with more structure within a segment; all of it is off unless asked for. Variances and
// standard deviations but alpha and beta are in units of those of the noise.
//
// - mean: prior mean of the level
// - kappa: how many observations the prior mean is worth
// - alpha: half as many observations as the prior variance is worth
// - beta: scale of the prior on the variance: about alpha times the variance
// - phi: correlation of the noise between neighbours, of an AR(1) process; 0: white
//   noise
// - drift: variance by which the level moves in a unit of time; 0: it stays
// - slope: standard deviation of a segment's slope; 0: there is none
// - slope_drift: variance by which the slope moves in a unit of time; 0: it stays
// - period: length of the season; 0: there is none
// - harmonics: how many harmonics the season has
// - season: standard deviation of an amplitude of the season
// - cauchy: scale of a Cauchy prior on the level about the prior mean, in place of
//   kappa; 0: none
bocpd_status bocpd_config_set_structured_gaussian(bocpd_config *config,
                                                  double mean,
                                                  double kappa,
                                                  double alpha,
                                                  double beta,
                                                  double phi,
                                                  double drift,
                                                  double slope,
                                                  double slope_drift,
                                                  double period,
                                                  uint32_t harmonics,
                                                  double season,
                                                  double cauchy);

// Real numbers regressed on the last ones, on time and on given features. Linear
// regression with Gaussian noise within a segment: coefficients normal about 0, the
// variance as in the Gaussian model, which it is without lags, slope and features.
// Standard deviations but that of lags are in units of that of the noise.
//
// - mean: prior mean of the intercept; lags are relative to it
// - kappa: how many observations the prior mean is worth
// - alpha: half as many observations as the prior variance is worth
// - beta: scale of the prior on the variance of the noise: about alpha times it
// - lags: how many of the last observations this one depends on
// - lag_scale: standard deviation of the coefficient of a lag, for noise of variance
//   beta/alpha
// - slope: standard deviation of a segment's slope; 0: there is none
// - feature_scale: standard deviation of a feature's coefficient
// - features: how many features come along with each observation
bocpd_status bocpd_config_set_regression(bocpd_config *config,
                                         double mean,
                                         double kappa,
                                         double alpha,
                                         double beta,
                                         uint32_t lags,
                                         double lag_scale,
                                         double slope,
                                         double feature_scale,
                                         uint32_t features);

// Positive numbers whose logarithm may drift, rise or have a season. The structured
// Gaussian model for the logarithm: drifts, slopes and seasons are factors.
//
// - mean: prior mean of the logarithm's level
// - kappa: how many observations the prior mean is worth
// - alpha: half as many observations as the prior variance is worth
// - beta: scale of the prior on the variance: about alpha times the variance
// - phi: correlation of the noise between neighbours, of an AR(1) process; 0: white
//   noise
// - drift: variance by which the level moves in a unit of time; 0: it stays
// - slope: standard deviation of a segment's slope; 0: there is none
// - slope_drift: variance by which the slope moves in a unit of time; 0: it stays
// - period: length of the season; 0: there is none
// - harmonics: how many harmonics the season has
// - season: standard deviation of an amplitude of the season
// - cauchy: scale of a Cauchy prior on the level about the prior mean, in place of
//   kappa; 0: none
bocpd_status bocpd_config_set_structured_log_normal(bocpd_config *config,
                                                    double mean,
                                                    double kappa,
                                                    double alpha,
                                                    double beta,
                                                    double phi,
                                                    double drift,
                                                    double slope,
                                                    double slope_drift,
                                                    double period,
                                                    uint32_t harmonics,
                                                    double season,
                                                    double cauchy);

// Waiting times: positive numbers or 0, rate unknown. Exponential with rate ~
// Gamma(shape, rate).
//
// - shape: shape of the gamma prior on the rate: how many observations it is worth
// - rate: rate of the gamma prior: the sum of the observations that it is worth
bocpd_status bocpd_config_set_exponential(bocpd_config *config,
                                          double shape,
                                          double rate);

// Counts of failures before the first success, probability unknown. Geometric with
// probability ~ Beta(a, b).
//
// - a: how many successes the prior is worth
// - b: how many failures the prior is worth
bocpd_status bocpd_config_set_geometric(bocpd_config *config, double a, double b);

// Counts more spread than Poisson ones, mean unknown, dispersion known. Negative
// binomial, failures before so many successes, with probability of success ~ Beta(a, b):
// the variance is mean + mean^2 / size.
//
// - size: number of successes, an integer or not: the larger, the more like Poisson
//   counts
// - a: how many successes the prior is worth
// - b: how many failures the prior is worth
bocpd_status bocpd_config_set_negative_binomial_known_size(bocpd_config *config,
                                                           double size,
                                                           double a,
                                                           double b);

// Real numbers, mean known, variance unknown. Normal about the mean given, with
// precision 1/variance ~ Gamma(alpha, beta).
//
// - mean: mean of all observations
// - alpha: half as many observations as the prior variance is worth
// - beta: scale of the prior on the variance: about alpha times the variance
bocpd_status bocpd_config_set_gaussian_known_mean(bocpd_config *config,
                                                  double mean,
                                                  double alpha,
                                                  double beta);

// Counts over exposures that differ, rate unknown. Poisson with mean rate times
// exposure, and rate ~ Gamma(shape, rate). The exposure comes along with each
// observation, and is 1 if it does not.
//
// - shape: shape of the gamma prior on the rate
// - rate: rate of the gamma prior: the exposure that it is worth
bocpd_status bocpd_config_set_poisson_exposure(bocpd_config *config,
                                               double shape,
                                               double rate);

// Successes out of numbers of trials that differ, probability unknown. Binomial with
// probability ~ Beta(a, b). The number of trials comes along with each observation.
//
// - a: how many yeses, or successes, the prior is worth
// - b: how many noes, or failures, the prior is worth
// - trials: trials of an observation that comes without their number
bocpd_status bocpd_config_set_binomial_trials(bocpd_config *config,
                                              double a,
                                              double b,
                                              uint64_t trials);

// Measurements with error bars, mean unknown. Normal with the standard deviation that
// comes along with each observation, and mean ~ N(mean, level_variance).
//
// - mean: prior mean of the level
// - level_variance: prior variance of the level
// - variance: variance of an observation that comes without an error bar
bocpd_status bocpd_config_set_gaussian_error_bars(bocpd_config *config,
                                                  double mean,
                                                  double level_variance,
                                                  double variance);

// Real numbers of known relative precision, mean and variance unknown. The Gaussian
// model, but the variance of an observation is that of the segment divided by the weight
// that comes along with it, and is 1 if it does not.
//
// - mean: prior mean of the level
// - kappa: how many observations of weight 1 the prior mean is worth
// - alpha: half as many observations as the prior variance is worth
// - beta: scale of the prior on the variance: about alpha times the variance
bocpd_status bocpd_config_set_heteroscedastic_gaussian(bocpd_config *config,
                                                       double mean,
                                                       double kappa,
                                                       double alpha,
                                                       double beta);

// Several real numbers, means and covariance unknown. Multivariate normal with a
// normal-inverse-Wishart prior: each number by itself follows the Gaussian model of its
// mean and beta, and the prior knows of no correlation.
//
// - mean: prior mean of the level of each number (count values)
// - kappa: how many observations the prior means are worth
// - alpha: half as many observations as the prior variances are worth
// - beta: scale of the prior on the variance of each number: about alpha times it (count
//   values)
bocpd_status bocpd_config_set_multivariate_gaussian(bocpd_config *config,
                                                    const double *mean,
                                                    double kappa,
                                                    double alpha,
                                                    const double *beta,
                                                    size_t count);

// Which of several categories, numbered from 0, probabilities unknown. Categorical with
// probabilities ~ Dirichlet(concentration). The level of a segment is the probability of
// category 0.
//
// - concentration: how many observations of each category the prior is worth
// - categories: how many categories there are
bocpd_status bocpd_config_set_categorical(bocpd_config *config,
                                          double concentration,
                                          uint32_t categories);

// Counts with zeros of their own, as many or as few as there are. In two parts: whether
// the count is positive, with probability ~ Beta(a, b); and what a positive count has
// beyond 1, which is Poisson with rate ~ Gamma(shape, rate).
//
// - a: how many positive counts the prior is worth
// - b: how many zeros the prior is worth
// - shape: shape of the gamma prior on the mean of positive counts less 1
// - rate: rate of the gamma prior: how many positive counts it is worth
bocpd_status bocpd_config_set_hurdle_poisson(bocpd_config *config,
                                             double a,
                                             double b,
                                             double shape,
                                             double rate);

// Counts more spread than Poisson ones, mean and dispersion unknown. Negative binomial,
// failures before so many successes, with a size that is one of several, in each segment
// anew, and probability of success ~ Beta(1 + rate size, shape): the prior mean of a
// count is shape / rate, the variance mean + mean^2 / size.
//
// - shape: shape of the prior on the mean count, which is a gamma distribution for large
//   sizes
// - rate: rate of that prior: how many observations it is worth
// - sizes: the sizes to choose from: the larger, the more like Poisson counts (count
//   values)
bocpd_status bocpd_config_set_negative_binomial_grid(bocpd_config *config,
                                                     double shape,
                                                     double rate,
                                                     const double *sizes,
                                                     size_t count);

// Real numbers in noise whose variance wanders within a segment. The Gaussian model with
// a level that may drift or rise and noise that may remember, whose variance is known
// from about the last so many observations. Variances and standard deviations but alpha
// and beta are in units of those of the noise.
//
// - mean: prior mean of the level
// - kappa: how many observations the prior mean is worth
// - alpha: half as many observations as the prior variance is worth
// - beta: scale of the prior on the variance: about alpha times the variance
// - phi: correlation of the noise between neighbours, of an AR(1) process; 0: white
//   noise
// - drift: variance by which the level moves in a unit of time; 0: it stays
// - slope: standard deviation of a segment's slope; 0: there is none
// - cauchy: scale of a Cauchy prior on the level about the prior mean, in place of
//   kappa; 0: none
// - memory: how many observations the variance remembers
bocpd_status bocpd_config_set_volatile_gaussian(bocpd_config *config,
                                                double mean,
                                                double kappa,
                                                double alpha,
                                                double beta,
                                                double phi,
                                                double drift,
                                                double slope,
                                                double cauchy,
                                                uint32_t memory);

// bocpd_config_set_gaussian with a prior on the scale of the count values: mean at their
// median, beta the square of their robust scale (1.4826 times the median absolute
// deviation). values may be NULL if count is 0: the scale is then 1.
bocpd_status bocpd_config_set_gaussian_for(bocpd_config *config,
                                           const double *values,
                                           size_t count);

// bocpd_config_set_student_t with a prior on the scale of the count values: mean at
// their median, beta the square of their robust scale (1.4826 times the median absolute
// deviation). values may be NULL if count is 0: the scale is then 1.
bocpd_status bocpd_config_set_student_t_for(bocpd_config *config,
                                            const double *values,
                                            size_t count);

// bocpd_config_set_student_t_grid with a prior on the scale of the count values: mean at
// their median, beta the square of their robust scale (1.4826 times the median absolute
// deviation). values may be NULL if count is 0: the scale is then 1.
bocpd_status bocpd_config_set_student_t_grid_for(bocpd_config *config,
                                                 const double *values,
                                                 size_t count);

// bocpd_config_set_poisson with a prior on the scale of the count values: an exponential
// prior whose mean is theirs. values may be NULL if count is 0: the scale is then 1.
bocpd_status bocpd_config_set_poisson_for(bocpd_config *config,
                                          const double *values,
                                          size_t count);

// bocpd_config_set_gamma with a prior on the scale of the count values: a prior worth
// one observation at their mean. values may be NULL if count is 0: the scale is then 1.
bocpd_status bocpd_config_set_gamma_for(bocpd_config *config,
                                        const double *values,
                                        size_t count,
                                        double known_shape);

// bocpd_config_set_gaussian_known_variance with a prior on the scale of the count
// values: mean at their median, the variance the square of their robust scale (1.4826
// times the median absolute deviation). values may be NULL if count is 0: the scale is
// then 1.
bocpd_status bocpd_config_set_gaussian_known_variance_for(bocpd_config *config,
                                                          const double *values,
                                                          size_t count);

// bocpd_config_set_log_normal with a prior on the scale of the count values: mean at the
// median of their logarithms, beta the square of the logarithms' robust scale (1.4826
// times the median absolute deviation). values may be NULL if count is 0: the scale is
// then 1.
bocpd_status bocpd_config_set_log_normal_for(bocpd_config *config,
                                             const double *values,
                                             size_t count);

// bocpd_config_set_weighted_gaussian with a prior on the scale of the count values: mean
// at their median, beta the square of their robust scale (1.4826 times the median
// absolute deviation). values may be NULL if count is 0: the scale is then 1.
bocpd_status bocpd_config_set_weighted_gaussian_for(bocpd_config *config,
                                                    const double *values,
                                                    size_t count);

// bocpd_config_set_structured_gaussian with a prior on the scale of the count values:
// mean at their median, beta the square of their robust scale (1.4826 times the median
// absolute deviation). values may be NULL if count is 0: the scale is then 1.
bocpd_status bocpd_config_set_structured_gaussian_for(bocpd_config *config,
                                                      const double *values,
                                                      size_t count);

// bocpd_config_set_regression with a prior on the scale of the count values: mean at
// their median, beta the square of their robust scale (1.4826 times the median absolute
// deviation). values may be NULL if count is 0: the scale is then 1.
bocpd_status bocpd_config_set_regression_for(bocpd_config *config,
                                             const double *values,
                                             size_t count,
                                             uint32_t features);

// bocpd_config_set_structured_log_normal with a prior on the scale of the count values:
// mean at the median of their logarithms, beta the square of the logarithms' robust
// scale (1.4826 times the median absolute deviation). values may be NULL if count is 0:
// the scale is then 1.
bocpd_status bocpd_config_set_structured_log_normal_for(bocpd_config *config,
                                                        const double *values,
                                                        size_t count);

// bocpd_config_set_exponential with a prior on the scale of the count values: a prior
// worth one observation at their mean. values may be NULL if count is 0: the scale is
// then 1.
bocpd_status bocpd_config_set_exponential_for(bocpd_config *config,
                                              const double *values,
                                              size_t count);

// bocpd_config_set_geometric with a prior on the scale of the count values: a prior on
// the probability that has its mean where the mean count is theirs. values may be NULL
// if count is 0: the scale is then 1.
bocpd_status bocpd_config_set_geometric_for(bocpd_config *config,
                                            const double *values,
                                            size_t count);

// bocpd_config_set_negative_binomial_known_size with a prior on the scale of the count
// values: size from the differences of neighbours, and a prior on the probability that
// has its mean where the mean count is theirs. values may be NULL if count is 0: the
// scale is then 1.
bocpd_status bocpd_config_set_negative_binomial_known_size_for(bocpd_config *config,
                                                               const double *values,
                                                               size_t count);

// bocpd_config_set_gaussian_known_mean with a prior on the scale of the count values:
// mean at their median, beta the square of their robust scale (1.4826 times the median
// absolute deviation). values may be NULL if count is 0: the scale is then 1.
bocpd_status bocpd_config_set_gaussian_known_mean_for(bocpd_config *config,
                                                      const double *values,
                                                      size_t count);

// bocpd_config_set_poisson_exposure with a prior on the scale of the count values: an
// exponential prior whose mean is that of counts by exposure. values may be NULL if
// count is 0: the scale is then 1.
bocpd_status bocpd_config_set_poisson_exposure_for(bocpd_config *config,
                                                   const double *values,
                                                   size_t count);

// bocpd_config_set_gaussian_error_bars with a prior on the scale of the count values:
// mean at their median, both variances the square of their robust scale (1.4826 times
// the median absolute deviation). values may be NULL if count is 0: the scale is then 1.
bocpd_status bocpd_config_set_gaussian_error_bars_for(bocpd_config *config,
                                                      const double *values,
                                                      size_t count);

// bocpd_config_set_heteroscedastic_gaussian with a prior on the scale of the count
// values: mean at their median, beta the square of their robust scale (1.4826 times the
// median absolute deviation). values may be NULL if count is 0: the scale is then 1.
bocpd_status bocpd_config_set_heteroscedastic_gaussian_for(bocpd_config *config,
                                                           const double *values,
                                                           size_t count);

// bocpd_config_set_multivariate_gaussian with a prior on the scale of the count rows of
// dimension numbers each: of each number mean at the median, beta the square of the
// robust scale (1.4826 times the median absolute deviation). values may be NULL if count
// is 0: the scale is then 1.
bocpd_status bocpd_config_set_multivariate_gaussian_for(bocpd_config *config,
                                                        const double *values,
                                                        size_t count,
                                                        size_t dimension);

// bocpd_config_set_categorical with a prior on the scale of the count values: as many
// categories as the largest number says. values may be NULL if count is 0: the scale is
// then 1.
bocpd_status bocpd_config_set_categorical_for(bocpd_config *config,
                                              const double *values,
                                              size_t count);

// bocpd_config_set_hurdle_poisson with a prior on the scale of the count values: an
// exponential prior whose mean is that of the positive ones less 1. values may be NULL
// if count is 0: the scale is then 1.
bocpd_status bocpd_config_set_hurdle_poisson_for(bocpd_config *config,
                                                 const double *values,
                                                 size_t count);

// bocpd_config_set_negative_binomial_grid with a prior on the scale of the count values:
// a prior whose mean is theirs. values may be NULL if count is 0: the scale is then 1.
bocpd_status bocpd_config_set_negative_binomial_grid_for(bocpd_config *config,
                                                         const double *values,
                                                         size_t count);

// bocpd_config_set_volatile_gaussian with a prior on the scale of the count values: mean
// at their median, beta the square of their robust scale (1.4826 times the median
// absolute deviation). values may be NULL if count is 0: the scale is then 1.
bocpd_status bocpd_config_set_volatile_gaussian_for(bocpd_config *config,
                                                    const double *values,
                                                    size_t count);

// Observations follow the caller's own model, used like any built-in one. The
// table is copied; user may be NULL if the functions do without.
//
// Errors: BOCPD_INVALID_ARGUMENT if the table cannot be used; release is then not
// called.
bocpd_status bocpd_config_set_own_model(bocpd_config *config,
                                        const bocpd_model *model,
                                        void *user);

// The next number of the stream, uniform on [0, 1); NaN if random is NULL. Only inside
// of a function that was given the stream, and with that pointer.
double bocpd_random_uniform(bocpd_random *random);

// A change is equally likely at any length. h(l) = 1 / mean_run_length.
//
// - mean_run_length: mean length of a segment, in observations
bocpd_status bocpd_config_set_constant_hazard(bocpd_config *config,
                                              double mean_run_length);

// A change is equally likely at any time, for observations at irregular times.
//
// - per_unit_time: changes expected in a unit of time
bocpd_status bocpd_config_set_rate_hazard(bocpd_config *config, double per_unit_time);

// Weibull lengths: with a shape above 1 old segments end sooner, below 1 later.
//
// - shape: shape of the distribution of lengths
// - scale: scale of the distribution of lengths, in observations
bocpd_status bocpd_config_set_weibull_hazard(bocpd_config *config,
                                             double shape,
                                             double scale);

// Log-logistic lengths: with a shape above 1 the hazard rises, then falls. The scale is
// the median length, less one.
//
// - shape: shape of the distribution of lengths
// - scale: scale of the distribution of lengths, in observations
bocpd_status bocpd_config_set_log_logistic_hazard(bocpd_config *config,
                                                  double shape,
                                                  double scale);

// Negative binomial lengths: the sum of k geometric ones.
//
// - k: segments last until so many successes
// - p: the probability of each success
bocpd_status bocpd_config_set_negative_binomial_hazard(bocpd_config *config,
                                                       uint32_t k,
                                                       double p);

// Its values, length by length.
//
// - hazards: P(a segment ends after 1, 2, ... observations | it reached them); the last
//   repeats (count values)
bocpd_status bocpd_config_set_table_hazard(bocpd_config *config,
                                           const double *hazards,
                                           size_t count);

// A constant hazard whose mean length is one of several; the observations say which. All
// are equally probable at first.
//
// - mean_run_lengths: the mean lengths of a segment to choose from, in observations
//   (count values)
bocpd_status bocpd_config_set_constant_grid_hazard(bocpd_config *config,
                                                   const double *mean_run_lengths,
                                                   size_t count);

// Segments end by the caller's own hazard, used like any built-in one. The table is
// copied; user may be NULL if the functions do without.
//
// Errors: BOCPD_INVALID_ARGUMENT if the table cannot be used; release is then not
// called.
bocpd_status bocpd_config_set_own_hazard(bocpd_config *config,
                                         const bocpd_hazard *hazard,
                                         void *user);

// Makes a detector.
//
// Errors: BOCPD_INCOMPLETE if the configuration lacks a model or a hazard,
// BOCPD_INVALID_PARAMETER.
bocpd_status bocpd_detector_new(const bocpd_config *config, bocpd_detector **detector);

// Makes a copy of a detector with all that it has seen; each goes its own way.
bocpd_status bocpd_detector_clone(const bocpd_detector *detector, bocpd_detector **copy);

// Frees a detector; NULL is fine. Does nothing to a detector that the calling function of
// a model or hazard is called by, or that another thread is changing.
void bocpd_detector_free(bocpd_detector *detector);

// Forgets everything seen: the detector is as just made.
bocpd_status bocpd_detector_reset(bocpd_detector *detector);

// A copy of the configuration that a detector was made from, to be freed.
bocpd_status bocpd_detector_config(const bocpd_detector *detector, bocpd_config **config);

// How many numbers make an observation: 1, unless the configuration has several
// (bocpd_config_add_number) or a model of one's own has.
bocpd_status bocpd_detector_dimension(const bocpd_detector *detector, size_t *dimension);

// Takes in the next observation. Counts and yes-or-no observations are given as
// numbers too; a value within 1e-9 of an integer is taken as that integer.
//
// p_change_now, which may be NULL, gets the probability that this observation is
// the first of a new segment. Everything else is asked for by the functions below.
//
// Errors: BOCPD_NON_FINITE, BOCPD_OUT_OF_SUPPORT, BOCPD_DIMENSION,
// BOCPD_IMPOSSIBLE, BOCPD_HAZARD; the detector is then as before. BOCPD_BROKEN.
bocpd_status bocpd_detector_step(bocpd_detector *detector,
                                 double x,
                                 double *p_change_now);

// Takes in an observation made elapsed after the one before, in units of the
// hazard; at the first observation elapsed has no effect. Otherwise as
// bocpd_detector_step.
//
// Errors: also BOCPD_ELAPSED, BOCPD_ELAPSED_UNSUPPORTED.
bocpd_status bocpd_detector_step_after(bocpd_detector *detector,
                                       double elapsed,
                                       double x,
                                       double *p_change_now);

// Takes in the next observation of several numbers: count of them at row. Some may be
// missing while others are there (bocpd_config_set_missing_skip). Otherwise as
// bocpd_detector_step.
bocpd_status bocpd_detector_step_row(bocpd_detector *detector,
                                     const double *row,
                                     size_t count,
                                     double *p_change_now);

// bocpd_detector_step_after for an observation of several numbers.
bocpd_status bocpd_detector_step_row_after(bocpd_detector *detector,
                                           double elapsed,
                                           const double *row,
                                           size_t count,
                                           double *p_change_now);

// Notes that an observation is missing: time moves and the hazard acts, nothing is
// learned.
//
// Errors: BOCPD_HAZARD; the detector is then as before. BOCPD_BROKEN.
bocpd_status bocpd_detector_skip(bocpd_detector *detector, double *p_change_now);

// bocpd_detector_skip, elapsed after the observation before.
//
// Errors: also BOCPD_ELAPSED, BOCPD_ELAPSED_UNSUPPORTED.
bocpd_status bocpd_detector_skip_after(bocpd_detector *detector,
                                       double elapsed,
                                       double *p_change_now);

// Takes in count observations that lie one after the other at rows, each of
// bocpd_detector_dimension numbers. The same as one bocpd_detector_step after the
// other, with less overhead.
//
// Each of the four arrays that is not NULL gets one value per observation: the
// probability that it is the first of a new segment, the most probable run length,
// its probability, and ln p(x_t | x_0..x_{t-1}). processed, which may be NULL, gets
// the number of observations taken in. The arrays must not overlap.
//
// Errors: as bocpd_detector_step, at the first observation that fails. This is the
// one case in which outputs are written on failure: processed is then the position
// of that observation, the arrays hold values up to it, and the detector is as
// after the observation before it.
bocpd_status bocpd_detector_batch(bocpd_detector *detector,
                                  const double *rows,
                                  size_t count,
                                  double *p_change_now,
                                  uint64_t *map_run_length,
                                  double *map_probability,
                                  double *ln_predictive,
                                  size_t *processed);

// bocpd_detector_batch for observations that lie stride numbers apart (from the
// start of one to the start of the next): a column of a matrix, a field of an array
// of structures. stride may be negative; rows points at the first observation to
// take in.
bocpd_status bocpd_detector_batch_strided(bocpd_detector *detector,
                                          const double *rows,
                                          size_t count,
                                          ptrdiff_t stride,
                                          double *p_change_now,
                                          uint64_t *map_run_length,
                                          double *map_probability,
                                          double *ln_predictive,
                                          size_t *processed);

// How many observations were taken in, missing ones included.
bocpd_status bocpd_detector_observations(const bocpd_detector *detector,
                                         uint64_t *observations);

// P(r_t = 0 | x_0..x_t): the probability that the last observation is the first of a
// new segment. 0 before any observation.
bocpd_status bocpd_detector_p_change_now(const bocpd_detector *detector,
                                         double *probability);

// P(r_t < w | x_0..x_t): the probability that the current segment started within
// the last w observations.
bocpd_status bocpd_detector_p_recent_change(const bocpd_detector *detector,
                                            uint64_t w,
                                            double *probability);

// The most probable run length, the number of observations since the first of the
// current segment; 0 before any observation.
bocpd_status bocpd_detector_map_run_length(const bocpd_detector *detector,
                                           uint64_t *run_length);

// The probability of the most probable run length; 0 before any observation.
bocpd_status bocpd_detector_map_probability(const bocpd_detector *detector,
                                            double *probability);

// E[r_t | x_0..x_t], the mean run length; 0 before any observation.
bocpd_status bocpd_detector_mean_run_length(const bocpd_detector *detector,
                                            double *run_length);

// ln p(x_t | x_0..x_{t-1}), the log predictive density of the last observation
// before it was seen; 0 if it was missing.
bocpd_status bocpd_detector_ln_predictive(const bocpd_detector *detector,
                                          double *ln_predictive);

// ln p(x_0..x_t), the log evidence of all observations; an estimate if hypotheses
// were given up.
bocpd_status bocpd_detector_ln_evidence(const bocpd_detector *detector,
                                        double *ln_evidence);

// The probability given up with hypotheses, summed over all steps; 0 means that
// everything is exact.
bocpd_status bocpd_detector_pruned_mass(const bocpd_detector *detector,
                                        double *probability);

// How many hypotheses are alive.
bocpd_status bocpd_detector_live(const bocpd_detector *detector, size_t *live);

// ln of the joint probability of the observations and their most probable
// segmentation; 0 before any observation.
bocpd_status bocpd_detector_map_ln_joint(const bocpd_detector *detector,
                                         double *ln_joint);

// The run-length posterior as a list, oldest first: the indices at which the current
// segment may have started, and their probabilities. The run length of a start s
// after n observations is n - 1 - s. Starts that are not in the list have
// probability 0. length is bocpd_detector_live.
//
// Errors: BOCPD_BUFFER_TOO_SMALL if capacity, the room in both buffers, is less than
// the length.
bocpd_status bocpd_detector_run_length_posterior(const bocpd_detector *detector,
                                                 uint64_t *starts,
                                                 double *probabilities,
                                                 size_t capacity,
                                                 size_t *length);

// The probabilities of the models that the stream may have as a list: the model of the
// configuration first, then its alternatives (bocpd_config_for_stream has some). 0 for those
// that have lost and were given up for now; 1 where there is one model.
//
// Errors: BOCPD_BUFFER_TOO_SMALL if capacity is less than the length.
bocpd_status bocpd_detector_model_probabilities(const bocpd_detector *detector,
                                                double *probabilities,
                                                size_t capacity,
                                                size_t *length);

// The probabilities of the hazards that the stream may have as a list: of each mean run length
// of a constant grid (bocpd_config_set_constant_grid_hazard), in its order. 0 for those that have
// lost and were given up for now; 1 where there is one hazard.
//
// Errors: BOCPD_BUFFER_TOO_SMALL if capacity is less than the length.
bocpd_status bocpd_detector_hazard_probabilities(const bocpd_detector *detector,
                                                 double *probabilities,
                                                 size_t capacity,
                                                 size_t *length);

// The changepoints of the most probable segmentation of all observations as a list,
// ascending: the settled ones (without those that were taken), then the provisional
// ones.
//
// Errors: BOCPD_BUFFER_TOO_SMALL if capacity is less than the length.
bocpd_status bocpd_detector_changepoints(const bocpd_detector *detector,
                                         uint64_t *changepoints,
                                         size_t capacity,
                                         size_t *length);

// The part of bocpd_detector_changepoints that all hypotheses agree on: no later
// observation can change it.
bocpd_status bocpd_detector_settled(const bocpd_detector *detector,
                                    uint64_t *changepoints,
                                    size_t capacity,
                                    size_t *length);

// The part of bocpd_detector_changepoints that later observations may still change.
bocpd_status bocpd_detector_provisional(const bocpd_detector *detector,
                                        uint64_t *changepoints,
                                        size_t capacity,
                                        size_t *length);

// bocpd_detector_settled, after which the detector forgets them: so memory stays
// bounded on an endless stream. Asking for the length only takes nothing.
bocpd_status bocpd_detector_take_settled(bocpd_detector *detector,
                                         uint64_t *changepoints,
                                         size_t capacity,
                                         size_t *length);

// P(a segment starts at s | all seen so far), for all s from first to the last
// observation, as a list. first, which may be NULL, is 0 if everything is remembered;
// the value at 0 is then 1: the first segment starts there, which is no change.
//
// Errors: BOCPD_HISTORY; BOCPD_BUFFER_TOO_SMALL.
bocpd_status bocpd_detector_smoothed(const bocpd_detector *detector,
                                     uint64_t *first,
                                     double *p_change_at,
                                     size_t capacity,
                                     size_t *length);

// One value of bocpd_detector_smoothed. To ask for many, ask for all.
//
// Errors: BOCPD_HISTORY; BOCPD_INDEX.
bocpd_status bocpd_detector_p_change_at(const bocpd_detector *detector,
                                        uint64_t s,
                                        double *probability);

// P(at least one segment starts at one of low, ..., high | all seen so far).
//
// Errors: BOCPD_HISTORY; BOCPD_INDEX.
bocpd_status bocpd_detector_p_change_between(const bocpd_detector *detector,
                                             uint64_t low,
                                             uint64_t high,
                                             double *probability);

// The expected number of changes among the observations that are remembered.
//
// Errors: BOCPD_HISTORY.
bocpd_status bocpd_detector_expected_changes(const bocpd_detector *detector,
                                             double *changes);

// How sure it is where the given changes were: the count changepoints, ascending, as
// bocpd_detector_changepoints gives them. Those that are not remembered are left out. To
// be freed.
//
// Errors: BOCPD_HISTORY; BOCPD_INVALID_PARAMETER unless mass is in (0, 1) and the
// changepoints ascend from 1 to the last observation.
bocpd_status bocpd_detector_locations(const bocpd_detector *detector,
                                      const uint64_t *changepoints,
                                      size_t count,
                                      double mass,
                                      bocpd_locations **locations);

// What the model says of the segments of a series that start at 0 and at the given
// changepoints (ascending; those that are 0 or past the end are passed over): posteriors
// of their parameters with intervals that hold mass, evidence, Bayes factors. The count
// observations at rows are as for bocpd_detector_batch; what the detector has seen has no
// part in it. To be freed.
//
// Errors: BOCPD_INVALID_PARAMETER unless mass is in (0, 1) and the changepoints ascend; as
// bocpd_detector_step, at the first observation that the model cannot score (the message
// gives its position).
bocpd_status bocpd_detector_segments(const bocpd_detector *detector,
                                     const double *rows,
                                     size_t count,
                                     const uint64_t *changepoints,
                                     size_t changepoint_count,
                                     double mass,
                                     bocpd_segments **segments);

// Draws whole segmentations from their posterior: the changepoints of all draws, one
// draw after the other, as a list; ends, draws values, gets for each draw the position
// in the list after its last changepoint. The same seed gives the same draws.
//
// Errors: BOCPD_HISTORY unless everything is remembered; BOCPD_BUFFER_TOO_SMALL.
bocpd_status bocpd_detector_sample_segmentations(const bocpd_detector *detector,
                                                 size_t draws,
                                                 uint64_t seed,
                                                 size_t *ends,
                                                 uint64_t *changepoints,
                                                 size_t capacity,
                                                 size_t *length);

// Frees locations; NULL is fine. Not for those that belong to a bocpd_detection.
void bocpd_locations_free(bocpd_locations *locations);

// How many changes there are.
bocpd_status bocpd_locations_count(const bocpd_locations *locations, size_t *count);

// The changepoint at position which (less than the count), and the probabilities given
// all that was seen that a segment starts exactly there (probability); that at least one
// starts in its neighbourhood (p_nearby); and that exactly one does (p_single). Each
// output may be NULL.
//
// Errors: BOCPD_INDEX.
bocpd_status bocpd_locations_change(const bocpd_locations *locations,
                                    size_t which,
                                    uint64_t *changepoint,
                                    double *probability,
                                    double *p_nearby,
                                    double *p_single);

// The first and the last index of the neighbourhood of the change at position which.
// Either output may be NULL.
//
// Errors: BOCPD_INDEX.
bocpd_status bocpd_locations_neighbourhood(const bocpd_locations *locations,
                                           size_t which,
                                           uint64_t *first,
                                           uint64_t *last);

// The credible set of the change at position which: its first index, its last one, and
// the share that it has, at least what was asked for. Each output may be NULL.
//
// Errors: BOCPD_INDEX.
bocpd_status bocpd_locations_interval(const bocpd_locations *locations,
                                      size_t which,
                                      uint64_t *low,
                                      uint64_t *high,
                                      double *share);

// The credible set of the change at position which itself, as a list: ascending, perhaps
// with gaps.
//
// Errors: BOCPD_INDEX; BOCPD_BUFFER_TOO_SMALL.
bocpd_status bocpd_locations_credible_set(const bocpd_locations *locations,
                                          size_t which,
                                          uint64_t *indices,
                                          size_t capacity,
                                          size_t *length);

// Frees segments; NULL is fine. Not for those that belong to a bocpd_detection.
void bocpd_segments_free(bocpd_segments *segments);

// How many segments there are.
bocpd_status bocpd_segments_count(const bocpd_segments *segments, size_t *count);

// The segment at position which (less than the count): the index of its first
// observation, the index after its last, and how many of them are not missing. Each
// output may be NULL.
//
// Errors: BOCPD_INDEX.
bocpd_status bocpd_segments_bounds(const bocpd_segments *segments,
                                   size_t which,
                                   uint64_t *start,
                                   uint64_t *end,
                                   uint64_t *observed);

// For the segment at position which, ln p(its observations | they are one segment), and
// ln of the Bayes factor of its first boundary: the evidence of this segment and the one
// before as two, over that of both joined in one; NaN for the first segment. Either
// output may be NULL.
//
// Errors: BOCPD_INDEX.
bocpd_status bocpd_segments_evidence(const bocpd_segments *segments,
                                     size_t which,
                                     double *ln_evidence,
                                     double *ln_bayes_factor);

// Where each segment has one of several models, the probability of each of them for the segment
// at position which, as a list; else empty.
//
// Errors: BOCPD_INDEX; BOCPD_BUFFER_TOO_SMALL.
bocpd_status bocpd_segments_model_probabilities(const bocpd_segments *segments,
                                                size_t which,
                                                double *probabilities,
                                                size_t capacity,
                                                size_t *length);

// How many parameters the model knows of the segment at position which: 0 for own models
// without level functions.
//
// Errors: BOCPD_INDEX.
bocpd_status bocpd_segments_parameter_count(const bocpd_segments *segments,
                                            size_t which,
                                            size_t *count);

// One parameter of the segment at position which; parameter is 0 for the level, and less
// than the parameter count; those of the first number of an observation come before those of
// the second (bocpd_segments_parameter_number). What it is called (the string lives as long as the segments),
// the mean and the standard deviation of its posterior (infinite or NaN where there is
// none), and the ends of the interval that holds the mass asked for. Each output may be
// NULL.
//
// Errors: BOCPD_INDEX.
bocpd_status bocpd_segments_parameter(const bocpd_segments *segments,
                                      size_t which,
                                      size_t parameter,
                                      const char **name,
                                      double *mean,
                                      double *sd,
                                      double *low,
                                      double *high);

// The number of an observation that a parameter of the segment at position which belongs to,
// from 0; 0 where there is one.
//
// Errors: BOCPD_INDEX.
bocpd_status bocpd_segments_parameter_number(const bocpd_segments *segments,
                                             size_t which,
                                             size_t parameter,
                                             size_t *dimension);

// The best segmentation of a series with exactly k changes, for each k from 0 to most, and
// the probability of each number, in one pass: count observations in row-major order, and
// feature_count features for each of them (NULL and 0 where the model takes none). What the
// detector has seen, and its pruning, have no part in it. Takes time and memory in
// proportion to most. Free them with bocpd_segmentations_free.
//
// Errors: BOCPD_PARAMETER if the detector weighs several models for the whole stream, or
// there is no memory for so many; BOCPD_OBSERVATION, BOCPD_FEATURES.
bocpd_status bocpd_detector_segmentations(const bocpd_detector *detector,
                                          const double *rows,
                                          size_t count,
                                          const double *features,
                                          size_t feature_count,
                                          size_t most,
                                          bocpd_segmentations **segmentations);

// Frees segmentations; NULL is fine.
void bocpd_segmentations_free(bocpd_segmentations *segmentations);

// How many there are: one for each number of changes that was asked for and that the hazard
// and the length of the series allow.
bocpd_status bocpd_segmentations_count(const bocpd_segmentations *segmentations,
                                       size_t *count);

// The segmentation at position which (less than the count): its number of changes, P(there
// are so many | series), and ln p(series, segmentation). Each output may be NULL.
//
// Errors: BOCPD_INDEX.
bocpd_status bocpd_segmentations_get(const bocpd_segmentations *segmentations,
                                     size_t which,
                                     size_t *changes,
                                     double *probability,
                                     double *ln_joint);

// Where the segments of the segmentation at position which begin, without index 0.
//
// Errors: BOCPD_INDEX, BOCPD_BUFFER_TOO_SMALL.
bocpd_status bocpd_segmentations_changepoints(const bocpd_segmentations *segmentations,
                                              size_t which,
                                              uint64_t *changepoints,
                                              size_t capacity,
                                              size_t *length);

// P(there are more changes than the largest number that was asked for | series), and
// whether (1) or not (0) every start of a segment was considered: in series of more than
// some thousand observations those are given up that lie behind for every number of changes.
// Either output may be NULL.
bocpd_status bocpd_segmentations_rest(const bocpd_segmentations *segmentations,
                                      double *p_more,
                                      int *exact);

// The distribution of the observation that is ahead steps away, 1 for the next one,
// given all so far; a change in between is counted. Where it has several numbers, of the first
// (bocpd_detector_predict_number). To be freed.
//
// Errors: BOCPD_INVALID_PARAMETER if ahead is 0; BOCPD_UNSUPPORTED for own models
// without predictive functions.
bocpd_status bocpd_detector_predict(const bocpd_detector *detector,
                                    uint64_t ahead,
                                    bocpd_distribution **prediction);

// bocpd_detector_predict for an observation made elapsed after the last one.
//
// Errors: BOCPD_ELAPSED, BOCPD_ELAPSED_UNSUPPORTED; BOCPD_UNSUPPORTED as for
// bocpd_detector_predict.
bocpd_status bocpd_detector_predict_after(const bocpd_detector *detector,
                                          double elapsed,
                                          bocpd_distribution **prediction);

// How many parameters the model knows of the current segment.
//
// Errors: BOCPD_UNSUPPORTED before any observation, and for own models without level
// functions.
bocpd_status bocpd_detector_parameter_count(const bocpd_detector *detector,
                                            size_t *count);

// The posterior of one parameter of the current segment, over all that may have been
// its start; which is 0 for the level, and less than bocpd_detector_parameter_count. Those
// of the first number of an observation come before those of the second
// (bocpd_distribution_number). To be freed.
//
// Errors: BOCPD_UNSUPPORTED as for the count; BOCPD_INDEX.
bocpd_status bocpd_detector_parameter(const bocpd_detector *detector,
                                      size_t which,
                                      bocpd_distribution **posterior);

// Draws count observations of one segment, of bocpd_detector_dimension numbers each, from
// the model with parameters from the prior; what was seen has no part in it. The same
// seed gives the same numbers. values has room for capacity numbers, length gets how many
// were written.
//
// Errors: BOCPD_UNSUPPORTED for own models without the function simulate;
// BOCPD_BUFFER_TOO_SMALL.
bocpd_status bocpd_detector_simulate(const bocpd_detector *detector,
                                     uint64_t seed,
                                     size_t count,
                                     double *values,
                                     size_t capacity,
                                     size_t *length);

// P(at least one change among the next k observations | all so far).
bocpd_status bocpd_detector_p_change_within(const bocpd_detector *detector,
                                            uint64_t k,
                                            double *probability);

// P(the k-th observation from now is the first of a new segment, and none before it);
// 0 for k = 0.
bocpd_status bocpd_detector_p_next_change_after(const bocpd_detector *detector,
                                                uint64_t k,
                                                double *probability);

// The expected number of observations from the next one to the first of the next
// segment; NaN before any observation, and if the mean is out of reach.
bocpd_status bocpd_detector_expected_residual(const bocpd_detector *detector,
                                              double *observations);

// Frees a distribution; NULL is fine.
void bocpd_distribution_free(bocpd_distribution *distribution);

// What the number is: "observation", or what the model calls its parameter ("mean",
// "rate", ...). The string lives as long as the distribution.
bocpd_status bocpd_distribution_name(const bocpd_distribution *distribution,
                                     const char **name);

// The number of an observation that it is about, from 0; 0 where there is one.
bocpd_status bocpd_distribution_number(const bocpd_distribution *distribution,
                                       size_t *dimension);

// The mean; infinite or NaN where there is none.
bocpd_status bocpd_distribution_mean(const bocpd_distribution *distribution,
                                     double *mean);

// The variance; infinite or NaN where there is none.
bocpd_status bocpd_distribution_variance(const bocpd_distribution *distribution,
                                         double *variance);

// ln of the density at x, or of the probability of x where only integers are possible;
// -INFINITY where x is impossible.
//
// Errors: BOCPD_UNSUPPORTED for the level of an own model.
bocpd_status bocpd_distribution_ln_density(const bocpd_distribution *distribution,
                                           double x,
                                           double *ln_density);

// The smallest x with P(number <= x) >= p; NaN unless p is in [0, 1].
bocpd_status bocpd_distribution_quantile(const bocpd_distribution *distribution,
                                         double p,
                                         double *x);

// The interval that leaves half of 1 - mass on either side; NaN unless mass is in
// [0, 1]. Either output may be NULL.
bocpd_status bocpd_distribution_interval(const bocpd_distribution *distribution,
                                         double mass,
                                         double *low,
                                         double *high);

// Where x stands: P(number < x), P(number <= x) (the distribution function), and
// P(number > x), which keeps its digits where it is small. Of an observation to come,
// asked before it is taken in, that is how unusual it is: pit is the
// probability-integral transform P(number < x) + P(number = x) / 2, p_value the
// probability of a value at least as far out, on either side. Each output may be NULL.
bocpd_status bocpd_distribution_tail(const bocpd_distribution *distribution,
                                     double x,
                                     double *below,
                                     double *up_to,
                                     double *above,
                                     double *pit,
                                     double *p_value);

// The smallest and the largest possible value. Either output may be NULL.
bocpd_status bocpd_distribution_support(const bocpd_distribution *distribution,
                                        double *low,
                                        double *high);

// Whether only integers are possible (1) or not (0).
bocpd_status bocpd_distribution_is_discrete(const bocpd_distribution *distribution,
                                            int *discrete);

// Raises an alarm where the probability reaches threshold that a change which no alarm has
// reported lies within the last window observations and has lasted for min_segment of them
// already (which is what keeps a single wild point from being an alarm). The start of the
// first segment is no change, and what began before an alarm, or with it, is reported.
//
// The alarm is on until the probability falls under clear that what it reported is still
// the last change and lies within the window; segments too young to count speak neither
// for nor against it. The next alarm needs the last one to be off, cool_down observations
// after it and, if latched is not 0, a call of bocpd_detector_acknowledge.
//
// Errors: BOCPD_INVALID_PARAMETER: threshold must lie in (0, 1], clear in
// (0, threshold], window must be positive, min_segment in [1, window].
bocpd_status bocpd_config_set_alarm(bocpd_config *config,
                                    double threshold,
                                    uint64_t window,
                                    uint64_t min_segment,
                                    double clear,
                                    uint64_t cool_down,
                                    int latched);

// The usual alarm at this threshold, such as a calibration gives: window 50, min_segment 3,
// cleared under 0.5 or under the threshold if that is lower, no cool-down, not latched.
//
// Errors: BOCPD_INVALID_PARAMETER: threshold must lie in (0, 1].
bocpd_status bocpd_config_set_alarm_at(bocpd_config *config,
                                       double threshold);

// Raises no alarms: the default.
bocpd_status bocpd_config_set_no_alarm(bocpd_config *config);

// Follows, if on is not 0, in which direction and by how much the level changed
// (bocpd_detector_shift). With alarms it is always followed.
bocpd_status bocpd_config_set_shifts(bocpd_config *config, int on);

// Takes the alarms raised since the last time, oldest first; there may be none. At most
// 1024 wait, the last ones. To be freed.
bocpd_status bocpd_detector_take_alarms(bocpd_detector *detector, bocpd_alarms **alarms);

// Frees alarms; NULL is fine.
void bocpd_alarms_free(bocpd_alarms *alarms);

// How many alarms there are.
bocpd_status bocpd_alarms_count(const bocpd_alarms *alarms, size_t *count);

// The alarm at position which (less than the count): the index where the new segment most
// probably began, that of the observation that raised the alarm, and the probability that
// did. Each output may be NULL.
//
// Errors: BOCPD_INDEX.
bocpd_status bocpd_alarms_alarm(const bocpd_alarms *alarms,
                                size_t which,
                                uint64_t *began,
                                uint64_t *noticed_at,
                                double *probability);

// How the level changed with the alarm at position which, as bocpd_detector_shift_between
// said where the alarm looked for the change. Each output may be NULL.
//
// Errors: BOCPD_INDEX; BOCPD_UNSUPPORTED for own models without level functions.
bocpd_status bocpd_alarms_shift(const bocpd_alarms *alarms,
                                size_t which,
                                double *probability,
                                double *p_rose,
                                double *difference,
                                double *sd);

// Lets go of a latched alarm.
bocpd_status bocpd_detector_acknowledge(bocpd_detector *detector);

// Whether the last alarm is still on (1) or not (0): its probability has not fallen under
// clear, or it is latched and was not acknowledged.
bocpd_status bocpd_detector_alarm_is_on(const bocpd_detector *detector, int *on);

// The probability that is held against the threshold, now: of a change that no alarm has
// reported, so 0 right after an alarm. 0 without alarms.
bocpd_status bocpd_detector_alarm_probability(const bocpd_detector *detector,
                                              double *probability);

// How the level changed at the start of the current segment: P(the current segment is not
// the first), and given that, P(the level rose), the expected difference, new less old,
// and its standard deviation. If the probability is 0 the others are NaN. Each output may
// be NULL. The level is the first parameter (bocpd_detector_parameter), so that of the first
// number where an observation has several.
//
// Errors: BOCPD_NOT_FOLLOWED; BOCPD_UNSUPPORTED for own models without level functions.
bocpd_status bocpd_detector_shift(const bocpd_detector *detector,
                                  double *probability,
                                  double *p_rose,
                                  double *difference,
                                  double *sd);

// bocpd_detector_shift, given that the current segment began at one of low, ..., high;
// probability is that of it.
bocpd_status bocpd_detector_shift_between(const bocpd_detector *detector,
                                          uint64_t low,
                                          uint64_t high,
                                          double *probability,
                                          double *p_rose,
                                          double *difference,
                                          double *sd);

// Finds the threshold for bocpd_config_set_alarm whose first false alarm comes after
// average_run_length observations on average. The other limits are those of the
// configuration's alarm; if it has none, window 50 and min_segment 3.
//
// streams quiet streams (2 to 100,000; 1000 are a start) run through a detector until
// their first alarm, and for at most longest observations; 0 is 20 times
// average_run_length. They are drawn, the same for the same seed, from the count
// observations of a history without changes at quiet, in blocks of block consecutive ones
// (1 where observations are independent); or, if quiet is NULL, simulated from the model
// with parameters from the prior. To be freed.
//
// Errors: BOCPD_INVALID_PARAMETER; BOCPD_INCOMPLETE; BOCPD_UNSUPPORTED if an own model
// cannot simulate; as bocpd_detector_step for a history that cannot be observed.
bocpd_status bocpd_calibrate_average_run_length(const bocpd_config *config,
                                                double average_run_length,
                                                const double *quiet,
                                                size_t count,
                                                size_t block,
                                                size_t streams,
                                                size_t longest,
                                                uint64_t seed,
                                                bocpd_calibration **calibration);

// bocpd_calibrate_average_run_length for another promise: a false alarm within horizon
// observations with this probability or less.
bocpd_status bocpd_calibrate_false_alarm(const bocpd_config *config,
                                         double probability,
                                         size_t horizon,
                                         const double *quiet,
                                         size_t count,
                                         size_t block,
                                         size_t streams,
                                         uint64_t seed,
                                         bocpd_calibration **calibration);

// Frees a calibration; NULL is fine.
void bocpd_calibration_free(bocpd_calibration *calibration);

// The threshold.
bocpd_status bocpd_calibration_threshold(const bocpd_calibration *calibration,
                                         double *threshold);

// What was asked for: "average_run_length" or "false_alarm", a string that is never freed,
// and how much of it. Either output may be NULL.
bocpd_status bocpd_calibration_target(const bocpd_calibration *calibration,
                                      const char **quantity,
                                      double *target);

// How much of it the threshold gives the simulated streams: the mean time to the first
// alarm, in which a stream without one counts with the horizon, or the share of the
// streams with an alarm within the horizon; its Monte Carlo standard error; and the ends
// of a 95 % interval. For an average run length the upper end has room for what streams
// without an alarm would have needed beyond the horizon; it is infinite if they give no
// hint of it. Each output may be NULL.
bocpd_status bocpd_calibration_achieved(const bocpd_calibration *calibration,
                                        double *achieved,
                                        double *error,
                                        double *low,
                                        double *high);

// How many streams there were, how many observations each had at most, and the share of
// them that had no alarm by then. Each output may be NULL.
bocpd_status bocpd_calibration_effort(const bocpd_calibration *calibration,
                                      size_t *streams,
                                      size_t *horizon,
                                      double *censored);

// Finds the parameters of model and hazard under which a history is most probable, starting
// from those of config: docs/tuning.md says how. The history is as many series as is said,
// that have nothing in common but the parameters: at rows the observations of one after the
// other, at counts how many each of them has. All numbers of model and hazard move; whole
// numbers, lists, periods and what is off stay. fixed names parameters that are to stay too,
// moving some that move although by default they stay: both as in configurations, separated
// by commas ("mean,hazard.shape"), or NULL. At most evaluations passes are made over all series;
// 0 is 2000. To be freed.
//
// Errors: BOCPD_INVALID_PARAMETER for a name too, for alternatives, for observations of several
// numbers, and where there is no observation; BOCPD_INCOMPLETE; BOCPD_UNSUPPORTED for a model or a hazard of one's own; as
// bocpd_detector_step, at the first observation that fails (the message gives series and
// position).
bocpd_status bocpd_fit_series(const bocpd_config *config,
                              const double *rows,
                              const size_t *counts,
                              size_t series,
                              const char *fixed,
                              const char *moving,
                              size_t evaluations,
                              bocpd_fit **fit);

// Frees a fit; NULL is fine.
void bocpd_fit_free(bocpd_fit *fit);

// The configuration with the parameters that were found. To be freed.
bocpd_status bocpd_fit_config(const bocpd_fit *fit, bocpd_config **config);

// ln p(all series) under the configuration that was given and under the one that was found,
// which is never less. Either output may be NULL.
bocpd_status bocpd_fit_ln_evidence(const bocpd_fit *fit,
                                   double *before,
                                   double *found);

// Whether the search ended because no step promised more (1), or ran out of evaluations or
// into an evidence that is too rough (0); how many passes over all series it took, how many
// series there were, and how many observations these have together, missing ones included.
// Each output may be NULL.
bocpd_status bocpd_fit_effort(const bocpd_fit *fit,
                              int *converged,
                              size_t *evaluations,
                              size_t *series,
                              uint64_t *observations);

// How many parameters are numbers: those of the model, of the hazard, and of the outliers.
bocpd_status bocpd_fit_parameter_count(const bocpd_fit *fit,
                                       size_t *count);

// The parameter at position which: what it is a parameter of ("model", "hazard" or
// "outliers") and what it is called there; its value before and the value that was found;
// its standard error, by how much another history of the same kind and length would move it,
// NaN where that is not known; and what became of it: "found"; "fixed", if it stayed;
// "undetermined", if the history says next to nothing of it; "limit", if it went as far as it
// may. The strings live as long as the fit. Each output may be NULL.
//
// Errors: BOCPD_INDEX.
bocpd_status bocpd_fit_parameter(const bocpd_fit *fit,
                                 size_t which,
                                 const char **part,
                                 const char **name,
                                 double *before,
                                 double *value,
                                 double *error,
                                 const char **outcome);

// Finds the changes of a series of count observations at rows, each of as many numbers as
// the configuration says (bocpd_config_dimension). config is what is known of it, or NULL: then
// observations are one number, and the configuration is as from bocpd_config_for;
// bocpd_config_for_rows makes one for several numbers. Its history setting does not matter
// here. Credible sets and intervals hold mass. To be freed.
//
// Errors: BOCPD_INVALID_PARAMETER unless mass is in (0, 1); BOCPD_INCOMPLETE; as
// bocpd_detector_step, at the first observation that fails (the message gives its
// position).
bocpd_status bocpd_detect(const double *rows,
                          size_t count,
                          const bocpd_config *config,
                          double mass,
                          bocpd_detection **detection);

// bocpd_detect with exactly so many changes: those of the best segmentation of all that have
// as many (bocpd_detector_segmentations), whose joint probability bocpd_detection_map_ln_joint
// then is. feature_count features come along with each observation, as for
// bocpd_detector_batch_with (NULL and 0 where the model takes none).
//
// Errors: as bocpd_detect; BOCPD_INVALID_PARAMETER if the series and the hazard allow no
// segmentation with so many changes; BOCPD_FEATURES.
bocpd_status bocpd_detect_changes(const double *rows,
                                  size_t count,
                                  const double *features,
                                  size_t feature_count,
                                  const bocpd_config *config,
                                  double mass,
                                  size_t changes,
                                  bocpd_detection **detection);

// The same of what a detector has seen, without another pass over it: rows is the whole
// series, missing observations included. To be freed.
//
// Errors: BOCPD_HISTORY unless everything is remembered; BOCPD_INVALID_PARAMETER unless
// mass is in (0, 1) and there are as many observations as the detector has seen.
bocpd_status bocpd_detector_detection(const bocpd_detector *detector,
                                      const double *rows,
                                      size_t count,
                                      double mass,
                                      bocpd_detection **detection);

// Frees a detection with all that belongs to it; NULL is fine.
void bocpd_detection_free(bocpd_detection *detection);

// How many observations there are, missing ones included.
bocpd_status bocpd_detection_observations(const bocpd_detection *detection,
                                          uint64_t *observations);

// The changes of the most probable segmentation and how sure they are. They belong to the
// detection and live as long as it: not to be freed.
bocpd_status bocpd_detection_changes(const bocpd_detection *detection,
                                     const bocpd_locations **changes);

// What changed at the change at position which: the parameter that is meant (the string
// lives as long as the detection), P(it is larger than before), the expected difference,
// new less old, and its standard deviation, with the posteriors of the two segments given
// all of their observations. Where observations have several numbers, of that with the
// largest part in the change (bocpd_detection_jump_number). Each output may be NULL.
//
// Errors: BOCPD_INDEX; BOCPD_UNSUPPORTED for own models without level functions.
bocpd_status bocpd_detection_jump(const bocpd_detection *detection,
                                  size_t which,
                                  const char **parameter,
                                  double *p_rose,
                                  double *difference,
                                  double *sd);

// Whether a parameter of the segment that begins at the change at position which differs from
// that of the segment before: what the parameter at position is called (the string lives as
// long as the detection), the number of an observation that it belongs to, and P(it differs)
// given that there is a change, where beforehand it was as probable that it is the same and
// everything else may have changed. Parameters are in the order of bocpd_segments_parameter;
// where each segment has one of several models, after them comes "model". Each output may be
// NULL.
//
// Errors: BOCPD_INDEX for either position; own models without level functions have no
// parameters.
bocpd_status bocpd_detection_parameter_change(const bocpd_detection *detection,
                                              size_t which,
                                              size_t position,
                                              const char **parameter,
                                              size_t *dimension,
                                              double *p_changed);

// The segments. They belong to the detection and live as long as it: not to be freed.
bocpd_status bocpd_detection_segments(const bocpd_detection *detection,
                                      const bocpd_segments **segments);

// P(a segment starts at s | the whole series), for every s, as a list; 1 at index 0,
// which is no change.
//
// Errors: BOCPD_BUFFER_TOO_SMALL.
bocpd_status bocpd_detection_p_change_at(const bocpd_detection *detection,
                                         double *p_change_at,
                                         size_t capacity,
                                         size_t *length);

// The expected number of changes.
bocpd_status bocpd_detection_expected_changes(const bocpd_detection *detection,
                                              double *changes);

// Where the hazard is a constant grid, how probable each of its mean run lengths is, as a list;
// otherwise the list is empty.
//
// Errors: BOCPD_BUFFER_TOO_SMALL.
bocpd_status bocpd_detection_hazard_probabilities(const bocpd_detection *detection,
                                                  double *probabilities,
                                                  size_t capacity,
                                                  size_t *length);

// ln p(series).
bocpd_status bocpd_detection_ln_evidence(const bocpd_detection *detection,
                                         double *ln_evidence);

// ln p(series, its most probable segmentation).
bocpd_status bocpd_detection_map_ln_joint(const bocpd_detection *detection,
                                          double *ln_joint);

// The probability given up with hypotheses, in total; 0 means that everything is exact.
bocpd_status bocpd_detection_pruned_mass(const bocpd_detection *detection,
                                         double *probability);

// The probability of the credible sets and intervals, as it was asked for.
bocpd_status bocpd_detection_mass(const bocpd_detection *detection, double *mass);

// What was assumed, in words. The string lives as long as the detection.
bocpd_status bocpd_detection_assumptions(const bocpd_detection *detection,
                                         const char **assumptions);

// How many remarks there are: what a user should know beside what was found, since
// observations say too little, or are not as the model says.
bocpd_status bocpd_detection_remark_count(const bocpd_detection *detection,
                                          size_t *count);

// The remark at position which: its kind ("too_few", "all_equal", "mostly_equal",
// "dependent", "too_spread", "too_narrow", "spikes"), the number that it is about, and what it
// says, in one line that names the option which helps. The strings live as long as the
// detection. Each output may be NULL.
//
// Errors: BOCPD_INDEX.
bocpd_status bocpd_detection_remark(const bocpd_detection *detection,
                                    size_t which,
                                    const char **kind,
                                    double *value,
                                    const char **text);

// What was assumed, as a configuration: to watch the series go on, say. To be freed.
bocpd_status bocpd_detection_config(const bocpd_detection *detection,
                                    bocpd_config **config);

// Lets an observation be an outlier with this probability, in (0, 1): then it comes from a
// Cauchy distribution of this centre and scale and has nothing to do with its segment,
// which does not learn from it. NaN in the place of centre or scale stands for what the
// model's prior predictive says: its median, half of its interquartile range. Not of
// bernoulli and binomial. For a model of one's own, of one number, without predictive
// functions both have to be given. Where observations have several numbers
// (bocpd_config_add_number) each of them may be an outlier by itself, but for those of the two
// models named; both have to be NaN then.
//
// Errors: BOCPD_INVALID_PARAMETER. Whether the model can have outliers is found out when a
// detector is made.
bocpd_status bocpd_config_set_outliers(bocpd_config *config,
                                       double probability,
                                       double centre,
                                       double scale);

// Expects no outliers: the default.
bocpd_status bocpd_config_set_no_outliers(bocpd_config *config);

// P(x_t is an outlier | x_0..x_t) of the last observation; where it has several numbers, that
// one of them is at least. 0 if it was missing, before any
// observation, and where no outliers are expected.
bocpd_status bocpd_detector_p_outlier(const bocpd_detector *detector,
                                      double *probability);

// For each observation of a series the probability that it is an outlier, given the
// segments that start at 0 and at the given changepoints and all that they have learned,
// as a list; 0 for missing ones, and an empty list where no outliers are expected. Rows and
// changepoints are as for bocpd_detector_segments.
//
// Errors: as bocpd_detector_segments; BOCPD_BUFFER_TOO_SMALL.
bocpd_status bocpd_detector_p_outlier_in(const bocpd_detector *detector,
                                         const double *rows,
                                         size_t count,
                                         const uint64_t *changepoints,
                                         size_t changepoint_count,
                                         double *p_outlier,
                                         size_t capacity,
                                         size_t *length);

// P(the observation at s is an outlier | its segment and all that it has learned), for
// every s, as a list; 0 for missing ones, and an empty list where no outliers are expected.
//
// Errors: BOCPD_BUFFER_TOO_SMALL.
bocpd_status bocpd_detection_p_outlier(const bocpd_detection *detection,
                                       double *p_outlier,
                                       size_t capacity,
                                       size_t *length);

// Sets the power g, in [1e-6, 1], that the evidence of a segment counts with: with less than 1,
// the default, large and long changes alone are found. Predictions stay those of the model.
//
// Errors: BOCPD_INVALID_PARAMETER.
bocpd_status bocpd_config_set_resolution(bocpd_config *config,
                                         double resolution);

// Sets how many observations a segment has at least before it ends; 1 by default. The last one
// of a series may have fewer, since it has not ended.
//
// Errors: BOCPD_INVALID_PARAMETER.
bocpd_status bocpd_config_set_min_segment(bocpd_config *config,
                                          uint64_t min_segment);

// Sets how many times as frequent changes are as the hazard says; 1 by default. It multiplies
// the prior odds of a change, where changes are rare: more finds more changes, less fewer.
//
// Errors: BOCPD_INVALID_PARAMETER.
bocpd_status bocpd_config_set_sensitivity(bocpd_config *config,
                                          double sensitivity);

// How many features come along with an observation: 0 for all models but regression with
// features.
bocpd_status bocpd_detector_features(const bocpd_detector *detector, size_t *features);

// bocpd_detector_step for an observation that comes with feature_count features. Of a missing
// one (NaN, where that is no error) they do not matter.
//
// An exposure, a number of trials, an error bar or a weight is the only feature of an observation
// whose model takes one: poisson_exposure, binomial_trials, gaussian_error_bars,
// heteroscedastic_gaussian. Without a feature it is what the model has as the usual one.
//
// Errors: also BOCPD_FEATURES.
bocpd_status bocpd_detector_step_with(bocpd_detector *detector,
                                      double x,
                                      const double *features,
                                      size_t feature_count,
                                      double *p_change_now);

// bocpd_detector_step_after for an observation that comes with feature_count features.
//
// Errors: also BOCPD_FEATURES.
bocpd_status bocpd_detector_step_with_after(bocpd_detector *detector,
                                            double elapsed,
                                            double x,
                                            const double *features,
                                            size_t feature_count,
                                            double *p_change_now);

// bocpd_detector_batch for observations of which each comes with feature_count features,
// which lie one observation after the other at features.
//
// Errors: also BOCPD_FEATURES.
bocpd_status bocpd_detector_batch_with(bocpd_detector *detector,
                                       const double *rows,
                                       size_t count,
                                       const double *features,
                                       size_t feature_count,
                                       double *p_change_now,
                                       uint64_t *map_run_length,
                                       double *map_probability,
                                       double *ln_predictive,
                                       size_t *processed);

// bocpd_detector_predict for an observation that comes with feature_count features. With lags
// ahead must be 1.
//
// Errors: also BOCPD_FEATURES.
bocpd_status bocpd_detector_predict_with(const bocpd_detector *detector,
                                         uint64_t ahead,
                                         const double *features,
                                         size_t feature_count,
                                         bocpd_distribution **prediction);

// bocpd_detector_predict_after for an observation that comes with feature_count features.
//
// Errors: also BOCPD_FEATURES.
bocpd_status bocpd_detector_predict_with_after(const bocpd_detector *detector,
                                               double elapsed,
                                               const double *features,
                                               size_t feature_count,
                                               bocpd_distribution **prediction);

// bocpd_detector_segments for observations of which each comes with feature_count features,
// as for bocpd_detector_batch_with.
//
// Errors: also BOCPD_FEATURES.
bocpd_status bocpd_detector_segments_with(const bocpd_detector *detector,
                                          const double *rows,
                                          size_t count,
                                          const double *features,
                                          size_t feature_count,
                                          const uint64_t *changepoints,
                                          size_t changepoint_count,
                                          double mass,
                                          bocpd_segments **segments);

// bocpd_detector_p_outlier_in for observations of which each comes with feature_count
// features, as for bocpd_detector_batch_with.
//
// Errors: also BOCPD_FEATURES.
bocpd_status bocpd_detector_p_outlier_in_with(const bocpd_detector *detector,
                                              const double *rows,
                                              size_t count,
                                              const double *features,
                                              size_t feature_count,
                                              const uint64_t *changepoints,
                                              size_t changepoint_count,
                                              double *p_outlier,
                                              size_t capacity,
                                              size_t *length);

// bocpd_detect for observations of which each comes with feature_count features, as for
// bocpd_detector_batch_with. config must not be NULL.
//
// Errors: also BOCPD_FEATURES.
bocpd_status bocpd_detect_with(const double *rows,
                               size_t count,
                               const double *features,
                               size_t feature_count,
                               const bocpd_config *config,
                               double mass,
                               bocpd_detection **detection);

// bocpd_detector_detection for observations of which each comes with feature_count features,
// as for bocpd_detector_batch_with.
//
// Errors: also BOCPD_FEATURES.
bocpd_status bocpd_detector_detection_with(const bocpd_detector *detector,
                                           const double *rows,
                                           size_t count,
                                           const double *features,
                                           size_t feature_count,
                                           double mass,
                                           bocpd_detection **detection);

// bocpd_config_for for observations of several numbers: count of them at rows, of dimension
// numbers each, 1 to 1024. Each number has the model that it would have alone; given the
// segments they are independent, and all of them have their changes together. rows may be
// NULL if count is 0.
//
// Errors: BOCPD_INVALID_PARAMETER for the dimension.
bocpd_status bocpd_config_for_rows(const double *rows,
                                   size_t count,
                                   size_t dimension,
                                   bocpd_config **config);

// Adds to the observations a number with the model of another configuration, or all of its
// numbers if it has several: given the segments they are independent of those that are there,
// and all of them have their changes together. Hazard, limits and what NaN means stay as they
// are. A setter of a model takes the place of all.
//
// Errors: BOCPD_INCOMPLETE where one of the configurations has no model;
// BOCPD_INVALID_PARAMETER for a model of one's own and for more than 1024 numbers; what cannot
// go together is an error when a detector is made.
bocpd_status bocpd_config_add_number(bocpd_config *config,
                                     const bocpd_config *other);

// How many numbers make an observation: 1, unless some were added (bocpd_config_add_number) or
// a model of one's own has more.
//
// Errors: BOCPD_INCOMPLETE where there is no model.
bocpd_status bocpd_config_dimension(const bocpd_config *config,
                                    size_t *dimension);

// bocpd_detector_predict for one of the numbers of an observation, from 0.
//
// Errors: as bocpd_detector_predict; BOCPD_INVALID_PARAMETER if an observation has fewer
// numbers.
bocpd_status bocpd_detector_predict_number(const bocpd_detector *detector,
                                           size_t dimension,
                                           uint64_t ahead,
                                           bocpd_distribution **prediction);

// bocpd_detector_predict_after for one of the numbers of an observation, from 0.
//
// Errors: as bocpd_detector_predict_after; BOCPD_INVALID_PARAMETER if an observation has fewer
// numbers.
bocpd_status bocpd_detector_predict_number_after(const bocpd_detector *detector,
                                                 size_t dimension,
                                                 double elapsed,
                                                 bocpd_distribution **prediction);

// Which number of an observation bocpd_detection_jump is about, from 0; 0 where there is one.
//
// Errors: BOCPD_INDEX; BOCPD_UNSUPPORTED as for bocpd_detection_jump.
bocpd_status bocpd_detection_jump_number(const bocpd_detection *detection,
                                         size_t which,
                                         size_t *dimension);

// What one of the numbers of an observation, from 0, has to do with the change at position
// which: what it adds to the ln of the Bayes factor of the boundary (bocpd_segments_evidence),
// which is the sum over all numbers and negative where the number by itself speaks against
// the change; and how its level changed, as bocpd_detection_jump has it (the string lives as
// long as the detection). If the model does not know its level, parameter is an empty string
// and the three numbers after it are NaN. Each output may be NULL.
//
// Errors: BOCPD_INDEX for either position; where observations are one number there are no
// parts.
bocpd_status bocpd_detection_part(const bocpd_detection *detection,
                                  size_t which,
                                  size_t dimension,
                                  double *ln_bayes_factor,
                                  const char **parameter,
                                  double *p_rose,
                                  double *difference,
                                  double *sd);

// Writes a detector, with all that it has seen, as a list of bytes: versioned,
// checksummed, the same on every machine. Functions of the caller's are not part of
// it.
//
// Errors: BOCPD_BUFFER_TOO_SMALL if capacity is less than the length.
bocpd_status bocpd_detector_snapshot(const bocpd_detector *detector,
                                     uint8_t *bytes,
                                     size_t capacity,
                                     size_t *length);

// Makes a detector from what bocpd_detector_snapshot wrote; it goes on bit for bit
// as the one that was written would.
//
// Errors: BOCPD_SNAPSHOT if the bytes are no snapshot, damaged, of another version,
// or of a detector with a model or hazard of the caller's.
bocpd_status bocpd_detector_restore(const uint8_t *bytes,
                                    size_t count,
                                    bocpd_detector **detector);

// Makes a detector from a configuration and what bocpd_detector_snapshot wrote of a
// detector with the same configuration: also for models and hazards of the caller's.
// That their functions are the same is for the caller to see to.
//
// Errors: BOCPD_SNAPSHOT as for bocpd_detector_restore, and if the bytes are of
// another configuration; those of bocpd_detector_new.
bocpd_status bocpd_detector_restore_with(const bocpd_config *config,
                                         const uint8_t *bytes,
                                         size_t count,
                                         bocpd_detector **detector);

// Makes a panel without series, whose detectors will all have this configuration.
//
// Errors: those of bocpd_detector_new.
bocpd_status bocpd_panel_new(const bocpd_config *config, bocpd_panel **panel);

// Makes a panel in which each series gets a configuration of its own, that of
// bocpd_config_for_stream for its first observations: as many as first says. A series waits until
// it has as many, and takes them in then.
//
// Errors: BOCPD_INVALID_PARAMETER: first must be at least 2.
bocpd_status bocpd_panel_automatic(size_t first,
                                   bocpd_panel **panel);

// Frees a panel; NULL is fine. Does nothing to a panel that is in use.
void bocpd_panel_free(bocpd_panel *panel);

// Takes in the next observation of a series, count numbers at row; the series begins with it if
// there is none of this key. p_change_now, which may be NULL, is P(a segment starts there), NaN
// while the series waits for its first observations.
//
// Errors: those of bocpd_detector_step; the series is then as before.
bocpd_status bocpd_panel_push(bocpd_panel *panel,
                              uint64_t key,
                              const double *row,
                              size_t count,
                              double *p_change_now);

// bocpd_panel_push for an observation that was made at a time, in units of the hazard: later than
// the one before of its series.
//
// Errors: also BOCPD_ELAPSED, BOCPD_ELAPSED_UNSUPPORTED.
bocpd_status bocpd_panel_push_at(bocpd_panel *panel,
                                 uint64_t key,
                                 double time,
                                 const double *row,
                                 size_t count,
                                 double *p_change_now);

// Takes in count observations of dimension numbers each, one after the other at rows, each of the
// series of its key; those of a series in their order. times, if it is not NULL, says when each
// was made. With many rows all cores work on them. statuses, if it is not NULL, gets for each row
// BOCPD_OK or why its series could not take it in; refused, if it is not NULL, how many that were.
// Such rows are no failure of the call.
bocpd_status bocpd_panel_push_many(bocpd_panel *panel,
                                   const uint64_t *keys,
                                   const double *times,
                                   const double *rows,
                                   size_t count,
                                   size_t dimension,
                                   bocpd_status *statuses,
                                   size_t *refused);

// The next of what was noticed, in the order of the observations that told it: a change that no
// later observation can take back, or an alarm. there is 0 if there is none. index is that of the
// observation that told it in its series, time when that was made (NaN if it was not said),
// probability that of an alarm, NaN for a settled change. Each output may be NULL but there.
bocpd_status bocpd_panel_next_event(bocpd_panel *panel,
                                    uint64_t *key,
                                    uint64_t *index,
                                    double *time,
                                    uint64_t *changepoint,
                                    double *probability,
                                    int *there);

// How many series there are.
bocpd_status bocpd_panel_count(const bocpd_panel *panel, size_t *count);

// The keys of all series, in increasing order, as a list.
//
// Errors: BOCPD_BUFFER_TOO_SMALL if capacity is less than the length.
bocpd_status bocpd_panel_keys(const bocpd_panel *panel,
                              uint64_t *keys,
                              size_t capacity,
                              size_t *length);

// How many observations were pushed, also those that were refused: a mark for
// bocpd_panel_snapshot.
bocpd_status bocpd_panel_pushed(const bocpd_panel *panel, uint64_t *pushed);

// Makes a copy of the detector of a series, for all that can be asked of one; NULL if there is no
// such series, or if it still waits for its first observations.
bocpd_status bocpd_panel_detector(const bocpd_panel *panel,
                                  uint64_t key,
                                  bocpd_detector **detector);

// Ends a series, if there is one of this key.
bocpd_status bocpd_panel_remove(bocpd_panel *panel, uint64_t key);

// Writes a panel as a list of bytes: those of its series that have had an observation since so
// many were pushed (bocpd_panel_pushed), all with since 0. What was noticed is not among them, nor
// are functions of the caller's.
//
// Errors: BOCPD_BUFFER_TOO_SMALL if capacity is less than the length.
bocpd_status bocpd_panel_snapshot(const bocpd_panel *panel,
                                  uint64_t since,
                                  uint8_t *bytes,
                                  size_t capacity,
                                  size_t *length);

// Makes a panel from what bocpd_panel_snapshot wrote; its series go on bit for bit.
//
// Errors: BOCPD_SNAPSHOT if the bytes are no snapshot of a panel, damaged, of another version,
// or of a panel with a model or hazard of the caller's.
bocpd_status bocpd_panel_restore(const uint8_t *bytes,
                                 size_t count,
                                 bocpd_panel **panel);

// Takes over the series of a snapshot of a panel with the same configuration, in place of those
// of the same key: what has changed since then, or a panel with functions of the caller's. That
// these are the same is for the caller to see to.
//
// Errors: BOCPD_SNAPSHOT as for bocpd_panel_restore, and if the bytes are of another
// configuration; the panel is then as before.
bocpd_status bocpd_panel_apply(bocpd_panel *panel,
                               const uint8_t *bytes,
                               size_t count);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* BOCPD_H */
