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
 * - Lists are asked for twice: first with NULL buffers and a capacity of 0, which
 *   gives the length; then with buffers of at least that capacity. A capacity that
 *   is too small is BOCPD_BUFFER_TOO_SMALL.
 * - Threads: different objects may be used in different threads at the same time.
 *   One object may be used by one thread at a time, or under a lock of the
 *   caller's; functions that take it as const may run at the same time as each
 *   other.
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

// What a detector is made from: a model, a hazard, limits on the number of
// hypotheses, and what NaN means. Setters replace what was set before; on failure
// the configuration is as before.
typedef struct bocpd_config bocpd_config;

// A detector. What it was made from is fixed; what it has seen changes with every
// step.
typedef struct bocpd_detector bocpd_detector;

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
    // Called once, in any thread, when the last configuration and the last detector
    // that use the user pointer are gone. May be NULL.
    void (*release)(void *user);
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

// The detector is in use by another call: in another thread, or by the step that
// the calling model or hazard function belongs to.
#define BOCPD_BUSY 15

// An error inside the library. The detector it happened in can only be freed.
#define BOCPD_PANIC 16

// Any error of a later version that this one has no number for.
#define BOCPD_OTHER 17

// The past that this question is about was not kept: see
// bocpd_config_set_history_lag.
#define BOCPD_HISTORY 18

// An index that is not among those that can be asked about.
#define BOCPD_INDEX 19

// The model does not know this of itself.
#define BOCPD_UNSUPPORTED 20

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

// Makes an empty configuration: no model and no hazard, at most 64 hypotheses and
// none less probable than 1e-8, NaN is an error.
bocpd_status bocpd_config_new(bocpd_config **config);

// Makes a configuration for real numbers that nothing is known about but the
// values themselves: a Gaussian model on their scale (median and median absolute
// deviation), a constant hazard of 1 / count, no hypothesis given up. NaN is an
// error. values may be NULL if count is 0.
bocpd_status bocpd_config_for(const double *values, size_t count, bocpd_config **config);

// Makes a copy of a configuration.
bocpd_status bocpd_config_clone(const bocpd_config *config, bocpd_config **copy);

// Frees a configuration; NULL is fine. Detectors made from it live on.
void bocpd_config_free(bocpd_config *config);

// Gives up no hypothesis: time and memory of a step grow with the stream. Limits
// set afterwards apply again.
bocpd_status bocpd_config_set_exact(bocpd_config *config);

// Keeps at most this many hypotheses, the most probable ones: 2 to 2^31.
bocpd_status bocpd_config_set_max_hypotheses(bocpd_config *config, size_t max_hypotheses);

// Gives up hypotheses less probable than this: 0 to 0.1.
bocpd_status bocpd_config_set_min_weight(bocpd_config *config, double min_weight);

// Treats all run lengths of this many or more as one: 1 to 2^53.
bocpd_status bocpd_config_set_max_run_length(bocpd_config *config,
                                             uint64_t max_run_length);

// NaN in the data is an error (BOCPD_NON_FINITE).
bocpd_status bocpd_config_set_missing_error(bocpd_config *config);

// NaN in the data is a missing observation: time moves, nothing is learned.
bocpd_status bocpd_config_set_missing_skip(bocpd_config *config);

// Remembers nothing of the past: the default.
bocpd_status bocpd_config_set_history_none(bocpd_config *config);

// Remembers the last lag steps, so that bocpd_detector_smoothed and its kin can speak
// of the last lag + 1 observations. Memory is bounded: at most lag^2 / 2 probabilities.
bocpd_status bocpd_config_set_history_lag(bocpd_config *config, uint64_t lag);

// Remembers everything: memory grows with the stream, by as many probabilities a step
// as hypotheses are alive.
bocpd_status bocpd_config_set_history_all(bocpd_config *config);

// Real numbers, normal with unknown mean and variance. Prior: variance 1/tau with
// tau ~ Gamma(alpha, rate beta), mean ~ N(mean, 1 / (kappa tau)).
bocpd_status bocpd_config_set_gaussian(bocpd_config *config,
                                       double mean,
                                       double kappa,
                                       double alpha,
                                       double beta);

// Real numbers with outliers, Student-t with nu degrees of freedom around an
// unknown mean, with unknown scale (weighted statistics; prior as for the Gaussian
// model).
bocpd_status bocpd_config_set_student_t(bocpd_config *config,
                                        double mean,
                                        double kappa,
                                        double alpha,
                                        double beta,
                                        double nu);

// Student-t with unknown degrees of freedom: one of the count values at nu, with
// the prior probabilities at nu_prior, or equal ones if nu_prior is NULL.
bocpd_status bocpd_config_set_student_t_grid(bocpd_config *config,
                                             double mean,
                                             double kappa,
                                             double alpha,
                                             double beta,
                                             const double *nu,
                                             const double *nu_prior,
                                             size_t count);

// Counts, Poisson with unknown rate ~ Gamma(shape, rate).
bocpd_status bocpd_config_set_poisson(bocpd_config *config, double shape, double rate);

// Yes (1) or no (0), with unknown probability ~ Beta(a, b).
bocpd_status bocpd_config_set_bernoulli(bocpd_config *config, double a, double b);

// Successes among a fixed number of trials, with unknown probability ~ Beta(a, b).
bocpd_status bocpd_config_set_binomial(bocpd_config *config,
                                       double a,
                                       double b,
                                       uint64_t trials);

// Positive numbers, gamma with known shape and unknown rate ~ Gamma(shape, rate).
// A known_shape of 1 is the exponential distribution.
bocpd_status bocpd_config_set_gamma(bocpd_config *config,
                                    double shape,
                                    double rate,
                                    double known_shape);

// Observations follow the caller's own model, used like any built-in one. The
// table is copied; user may be NULL if the functions do without.
//
// Errors: BOCPD_INVALID_ARGUMENT if the table cannot be used; release is then not
// called.
bocpd_status bocpd_config_set_own_model(bocpd_config *config,
                                        const bocpd_model *model,
                                        void *user);

// h(l) = 1 / mean_run_length: segments of any age end with equal probability.
bocpd_status bocpd_config_set_constant_hazard(bocpd_config *config,
                                              double mean_run_length);

// Changes come at this rate per unit of time; for observations at irregular times.
bocpd_status bocpd_config_set_rate_hazard(bocpd_config *config, double per_unit_time);

// Segment lengths are Weibull: shape over 1 means that old segments end sooner.
bocpd_status bocpd_config_set_weibull_hazard(bocpd_config *config,
                                             double shape,
                                             double scale);

// Segment lengths are log-logistic: the hazard rises, then falls, if shape is over
// 1.
bocpd_status bocpd_config_set_log_logistic_hazard(bocpd_config *config,
                                                  double shape,
                                                  double scale);

// Segment lengths are negative binomial: the sum of k geometric ones with
// probability p.
bocpd_status bocpd_config_set_negative_binomial_hazard(bocpd_config *config,
                                                       uint32_t k,
                                                       double p);

// h(1), h(2), ..., h(count); the last value holds for every greater length.
bocpd_status bocpd_config_set_table_hazard(bocpd_config *config,
                                           const double *hazards,
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

// Frees a detector; NULL is fine.
void bocpd_detector_free(bocpd_detector *detector);

// Forgets everything seen: the detector is as just made.
bocpd_status bocpd_detector_reset(bocpd_detector *detector);

// How many numbers make an observation: 1 for all models that come with the
// library.
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

// Takes in the next observation of a model of several dimensions: count numbers at
// row. Otherwise as bocpd_detector_step.
bocpd_status bocpd_detector_step_row(bocpd_detector *detector,
                                     const double *row,
                                     size_t count,
                                     double *p_change_now);

// bocpd_detector_step_after for a model of several dimensions.
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

// How sure it is where the given changes were: the count changepoints (ascending), as
// bocpd_detector_changepoints gives them, each with a neighbourhood, every index that is
// closer to it than to the others.
//
// Each array that is not NULL gets count values: P(a segment starts exactly there);
// P(one starts in the neighbourhood); the first and the last index of the smallest set
// that has at least mass of the neighbourhood's probability; and the share that it has.
//
// Errors: BOCPD_HISTORY; BOCPD_INDEX; BOCPD_INVALID_PARAMETER.
bocpd_status bocpd_detector_locations(const bocpd_detector *detector,
                                      const uint64_t *changepoints,
                                      size_t count,
                                      double mass,
                                      double *p_here,
                                      double *probability,
                                      uint64_t *low,
                                      uint64_t *high,
                                      double *share);

// The set of bocpd_detector_locations itself, for the changepoint at position which, as
// a list: ascending, perhaps with gaps.
//
// Errors: as bocpd_detector_locations; BOCPD_INVALID_ARGUMENT if which is not less than
// count; BOCPD_BUFFER_TOO_SMALL.
bocpd_status bocpd_detector_credible_set(const bocpd_detector *detector,
                                         const uint64_t *changepoints,
                                         size_t count,
                                         size_t which,
                                         double mass,
                                         uint64_t *indices,
                                         size_t capacity,
                                         size_t *length);

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

// Mean and variance of the observation that is ahead steps away, 1 for the next one,
// given all so far; a change in between is counted. Either output may be NULL. Where
// there is no mean or variance it is infinite or NaN.
//
// Errors: BOCPD_INVALID_PARAMETER if ahead is 0; BOCPD_UNSUPPORTED for own models.
bocpd_status bocpd_detector_predict(const bocpd_detector *detector,
                                    uint64_t ahead,
                                    double *mean,
                                    double *variance);

// bocpd_detector_predict for an observation made elapsed after the last one.
//
// Errors: BOCPD_ELAPSED, BOCPD_ELAPSED_UNSUPPORTED; BOCPD_UNSUPPORTED for own models.
bocpd_status bocpd_detector_predict_after(const bocpd_detector *detector,
                                          double elapsed,
                                          double *mean,
                                          double *variance);

// The smallest x with P(observation <= x) >= p, for the observation that is ahead steps
// away; NaN unless p is in [0, 1].
//
// Errors: as bocpd_detector_predict.
bocpd_status bocpd_detector_predict_quantile(const bocpd_detector *detector,
                                             uint64_t ahead,
                                             double p,
                                             double *x);

// Where x stands in the distribution of the observation that is ahead steps away: the
// probabilities of less, of the same or less, and of more. With ahead 1, before the step
// that takes x in, this says how unusual x is. Each output may be NULL.
//
// Errors: as bocpd_detector_predict.
bocpd_status bocpd_detector_predict_tail(const bocpd_detector *detector,
                                         uint64_t ahead,
                                         double x,
                                         double *below,
                                         double *up_to,
                                         double *above);

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

// Raises an alarm where the probability reaches threshold that a change not reported
// before lies within the last window observations and has lasted for min_segment of
// them already (which is what keeps a single wild point from being an alarm). No other
// follows until the probability has fallen under clear, cool_down observations have
// passed and, if latched is not 0, bocpd_detector_acknowledge was called.
//
// Errors: BOCPD_INVALID_PARAMETER: threshold must lie in (0, 1], clear in
// (0, threshold], min_segment in [1, window].
bocpd_status bocpd_config_set_alarm(bocpd_config *config,
                                    double threshold,
                                    uint64_t window,
                                    uint64_t min_segment,
                                    double clear,
                                    uint64_t cool_down,
                                    int latched);

// Raises no alarms: the default.
bocpd_status bocpd_config_set_no_alarm(bocpd_config *config);

// Follows, if on is not 0, in which direction and by how much the level changed
// (bocpd_detector_shift). With alarms it is always followed.
bocpd_status bocpd_config_set_shifts(bocpd_config *config, int on);

// Hands over the oldest alarm that was not handed over yet: sets raised to 1 and the
// other outputs; or sets raised to 0 and nothing else. Call it until then. Each output
// but raised may be NULL: the index where the new segment most probably began; that of
// the observation that raised the alarm; the probability that did; P(the level rose)
// and the expected difference of the levels, both NaN if the model does not know its
// level. At most 1024 alarms wait, the last ones; hand over all before a snapshot.
bocpd_status bocpd_detector_next_alarm(bocpd_detector *detector,
                                       int *raised,
                                       uint64_t *began,
                                       uint64_t *noticed_at,
                                       double *probability,
                                       double *p_rose,
                                       double *difference);

// Lets go of a latched alarm.
bocpd_status bocpd_detector_acknowledge(bocpd_detector *detector);

// Whether the last alarm is still on (1) or not (0): its probability has not fallen, or
// it is latched and was not acknowledged.
bocpd_status bocpd_detector_alarm_is_on(const bocpd_detector *detector, int *on);

// The probability that alarms go by, now; 0 if there are none.
bocpd_status bocpd_detector_alarm_probability(const bocpd_detector *detector,
                                              double *probability);

// How the level changed at the start of the current segment, given that it is not the
// first: P(the current segment is not the first), P(the level rose), the expected
// difference, new less old, and its standard deviation. Each may be NULL.
//
// Errors: BOCPD_UNSUPPORTED if shifts are not followed, the model does not know its
// level, or the current segment is the first for sure.
bocpd_status bocpd_detector_shift(const bocpd_detector *detector,
                                  double *probability,
                                  double *p_rose,
                                  double *difference,
                                  double *sd);

// Writes a detector, with all that it has seen, as a list of bytes: versioned,
// checksummed, the same on every machine. A model or hazard of the caller's is not
// part of it; of such a detector only the state is written.
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

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* BOCPD_H */
