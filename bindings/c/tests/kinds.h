/* Models and hazards by their names, their parameters read by real(), integer() and
   reals(), in the order of the setters. Written by `cargo run -p bocpd-generate`. */

static void set_model(bocpd_config *config, const char *kind) {
    if (strcmp(kind, "gaussian") == 0) {
        double mean = real();
        double kappa = real();
        double alpha = real();
        double beta = real();
        CHECK_OK(bocpd_config_set_gaussian(config, mean, kappa, alpha, beta));
        return;
    }
    if (strcmp(kind, "student_t") == 0) {
        double mean = real();
        double kappa = real();
        double alpha = real();
        double beta = real();
        double nu = real();
        CHECK_OK(bocpd_config_set_student_t(config, mean, kappa, alpha, beta, nu));
        return;
    }
    if (strcmp(kind, "student_t_grid") == 0) {
        double mean = real();
        double kappa = real();
        double alpha = real();
        double beta = real();
        static double nu[MAX];
        size_t nu_count = reals(nu);
        static double nu_prior[MAX];
        size_t nu_prior_count = reals(nu_prior);
        CHECK_OK(bocpd_config_set_student_t_grid(config, mean, kappa, alpha, beta, nu,
                                                 nu_prior_count > 0 ? nu_prior : NULL,
                                                 nu_count));
        return;
    }
    if (strcmp(kind, "poisson") == 0) {
        double shape = real();
        double rate = real();
        CHECK_OK(bocpd_config_set_poisson(config, shape, rate));
        return;
    }
    if (strcmp(kind, "bernoulli") == 0) {
        double a = real();
        double b = real();
        CHECK_OK(bocpd_config_set_bernoulli(config, a, b));
        return;
    }
    if (strcmp(kind, "binomial") == 0) {
        double a = real();
        double b = real();
        uint64_t trials = integer();
        CHECK_OK(bocpd_config_set_binomial(config, a, b, trials));
        return;
    }
    if (strcmp(kind, "gamma") == 0) {
        double shape = real();
        double rate = real();
        double known_shape = real();
        CHECK_OK(bocpd_config_set_gamma(config, shape, rate, known_shape));
        return;
    }
    if (strcmp(kind, "gaussian_known_variance") == 0) {
        double mean = real();
        double kappa = real();
        double variance = real();
        CHECK_OK(bocpd_config_set_gaussian_known_variance(config, mean, kappa, variance));
        return;
    }
    if (strcmp(kind, "log_normal") == 0) {
        double mean = real();
        double kappa = real();
        double alpha = real();
        double beta = real();
        CHECK_OK(bocpd_config_set_log_normal(config, mean, kappa, alpha, beta));
        return;
    }
    if (strcmp(kind, "weighted_gaussian") == 0) {
        double mean = real();
        double kappa = real();
        double alpha = real();
        double beta = real();
        double cutoff = real();
        CHECK_OK(bocpd_config_set_weighted_gaussian(config, mean, kappa, alpha, beta,
                                                    cutoff));
        return;
    }
    if (strcmp(kind, "structured_gaussian") == 0) {
        double mean = real();
        double kappa = real();
        double alpha = real();
        double beta = real();
        double phi = real();
        double drift = real();
        double slope = real();
        double slope_drift = real();
        double period = real();
        uint32_t harmonics = (uint32_t)integer();
        double season = real();
        double cauchy = real();
        CHECK_OK(bocpd_config_set_structured_gaussian(config, mean, kappa, alpha, beta,
                                                      phi, drift, slope, slope_drift,
                                                      period, harmonics, season, cauchy));
        return;
    }
    if (strcmp(kind, "regression") == 0) {
        double mean = real();
        double kappa = real();
        double alpha = real();
        double beta = real();
        uint32_t lags = (uint32_t)integer();
        double lag_scale = real();
        double slope = real();
        double feature_scale = real();
        uint32_t features = (uint32_t)integer();
        CHECK_OK(bocpd_config_set_regression(config, mean, kappa, alpha, beta, lags,
                                             lag_scale, slope, feature_scale, features));
        return;
    }
    if (strcmp(kind, "structured_log_normal") == 0) {
        double mean = real();
        double kappa = real();
        double alpha = real();
        double beta = real();
        double phi = real();
        double drift = real();
        double slope = real();
        double slope_drift = real();
        double period = real();
        uint32_t harmonics = (uint32_t)integer();
        double season = real();
        double cauchy = real();
        CHECK_OK(bocpd_config_set_structured_log_normal(config, mean, kappa, alpha, beta,
                                                        phi, drift, slope, slope_drift,
                                                        period, harmonics, season,
                                                        cauchy));
        return;
    }
    if (strcmp(kind, "exponential") == 0) {
        double shape = real();
        double rate = real();
        CHECK_OK(bocpd_config_set_exponential(config, shape, rate));
        return;
    }
    if (strcmp(kind, "geometric") == 0) {
        double a = real();
        double b = real();
        CHECK_OK(bocpd_config_set_geometric(config, a, b));
        return;
    }
    if (strcmp(kind, "negative_binomial_known_size") == 0) {
        double size = real();
        double a = real();
        double b = real();
        CHECK_OK(bocpd_config_set_negative_binomial_known_size(config, size, a, b));
        return;
    }
    if (strcmp(kind, "gaussian_known_mean") == 0) {
        double mean = real();
        double alpha = real();
        double beta = real();
        CHECK_OK(bocpd_config_set_gaussian_known_mean(config, mean, alpha, beta));
        return;
    }
    if (strcmp(kind, "poisson_exposure") == 0) {
        double shape = real();
        double rate = real();
        CHECK_OK(bocpd_config_set_poisson_exposure(config, shape, rate));
        return;
    }
    if (strcmp(kind, "binomial_trials") == 0) {
        double a = real();
        double b = real();
        uint64_t trials = integer();
        CHECK_OK(bocpd_config_set_binomial_trials(config, a, b, trials));
        return;
    }
    if (strcmp(kind, "gaussian_error_bars") == 0) {
        double mean = real();
        double level_variance = real();
        double variance = real();
        CHECK_OK(bocpd_config_set_gaussian_error_bars(config, mean, level_variance,
                                                      variance));
        return;
    }
    if (strcmp(kind, "heteroscedastic_gaussian") == 0) {
        double mean = real();
        double kappa = real();
        double alpha = real();
        double beta = real();
        CHECK_OK(bocpd_config_set_heteroscedastic_gaussian(config, mean, kappa, alpha,
                                                           beta));
        return;
    }
    if (strcmp(kind, "multivariate_gaussian") == 0) {
        static double mean[MAX];
        size_t mean_count = reals(mean);
        double kappa = real();
        double alpha = real();
        static double beta[MAX];
        CHECK(reals(beta) == mean_count);
        CHECK_OK(bocpd_config_set_multivariate_gaussian(config, mean, kappa, alpha, beta,
                                                        mean_count));
        return;
    }
    if (strcmp(kind, "categorical") == 0) {
        double concentration = real();
        uint32_t categories = (uint32_t)integer();
        CHECK_OK(bocpd_config_set_categorical(config, concentration, categories));
        return;
    }
    if (strcmp(kind, "hurdle_poisson") == 0) {
        double a = real();
        double b = real();
        double shape = real();
        double rate = real();
        CHECK_OK(bocpd_config_set_hurdle_poisson(config, a, b, shape, rate));
        return;
    }
    if (strcmp(kind, "negative_binomial_grid") == 0) {
        double shape = real();
        double rate = real();
        static double sizes[MAX];
        size_t sizes_count = reals(sizes);
        CHECK_OK(bocpd_config_set_negative_binomial_grid(config, shape, rate, sizes,
                                                         sizes_count));
        return;
    }
    if (strcmp(kind, "volatile_gaussian") == 0) {
        double mean = real();
        double kappa = real();
        double alpha = real();
        double beta = real();
        double phi = real();
        double drift = real();
        double slope = real();
        double cauchy = real();
        uint32_t memory = (uint32_t)integer();
        CHECK_OK(bocpd_config_set_volatile_gaussian(config, mean, kappa, alpha, beta, phi,
                                                    drift, slope, cauchy, memory));
        return;
    }
    unreadable(kind);
}

/* The same with a prior from n values; 0 if the model has no such setter. */
static int set_model_for(bocpd_config *config, const char *kind, const double *values, size_t n) {
    if (strcmp(kind, "gaussian") == 0) {
        CHECK_OK(bocpd_config_set_gaussian_for(config, values, n));
        return 1;
    }
    if (strcmp(kind, "student_t") == 0) {
        CHECK_OK(bocpd_config_set_student_t_for(config, values, n));
        return 1;
    }
    if (strcmp(kind, "student_t_grid") == 0) {
        CHECK_OK(bocpd_config_set_student_t_grid_for(config, values, n));
        return 1;
    }
    if (strcmp(kind, "poisson") == 0) {
        CHECK_OK(bocpd_config_set_poisson_for(config, values, n));
        return 1;
    }
    if (strcmp(kind, "gamma") == 0) {
        double known_shape = real();
        CHECK_OK(bocpd_config_set_gamma_for(config, values, n, known_shape));
        return 1;
    }
    if (strcmp(kind, "gaussian_known_variance") == 0) {
        CHECK_OK(bocpd_config_set_gaussian_known_variance_for(config, values, n));
        return 1;
    }
    if (strcmp(kind, "log_normal") == 0) {
        CHECK_OK(bocpd_config_set_log_normal_for(config, values, n));
        return 1;
    }
    if (strcmp(kind, "weighted_gaussian") == 0) {
        CHECK_OK(bocpd_config_set_weighted_gaussian_for(config, values, n));
        return 1;
    }
    if (strcmp(kind, "structured_gaussian") == 0) {
        CHECK_OK(bocpd_config_set_structured_gaussian_for(config, values, n));
        return 1;
    }
    if (strcmp(kind, "regression") == 0) {
        uint32_t features = (uint32_t)integer();
        CHECK_OK(bocpd_config_set_regression_for(config, values, n, features));
        return 1;
    }
    if (strcmp(kind, "structured_log_normal") == 0) {
        CHECK_OK(bocpd_config_set_structured_log_normal_for(config, values, n));
        return 1;
    }
    if (strcmp(kind, "exponential") == 0) {
        CHECK_OK(bocpd_config_set_exponential_for(config, values, n));
        return 1;
    }
    if (strcmp(kind, "geometric") == 0) {
        CHECK_OK(bocpd_config_set_geometric_for(config, values, n));
        return 1;
    }
    if (strcmp(kind, "negative_binomial_known_size") == 0) {
        CHECK_OK(bocpd_config_set_negative_binomial_known_size_for(config, values, n));
        return 1;
    }
    if (strcmp(kind, "gaussian_known_mean") == 0) {
        CHECK_OK(bocpd_config_set_gaussian_known_mean_for(config, values, n));
        return 1;
    }
    if (strcmp(kind, "poisson_exposure") == 0) {
        CHECK_OK(bocpd_config_set_poisson_exposure_for(config, values, n));
        return 1;
    }
    if (strcmp(kind, "gaussian_error_bars") == 0) {
        CHECK_OK(bocpd_config_set_gaussian_error_bars_for(config, values, n));
        return 1;
    }
    if (strcmp(kind, "heteroscedastic_gaussian") == 0) {
        CHECK_OK(bocpd_config_set_heteroscedastic_gaussian_for(config, values, n));
        return 1;
    }
    if (strcmp(kind, "multivariate_gaussian") == 0) {
        CHECK_OK(bocpd_config_set_multivariate_gaussian_for(config, values, n, 1));
        return 1;
    }
    if (strcmp(kind, "categorical") == 0) {
        CHECK_OK(bocpd_config_set_categorical_for(config, values, n));
        return 1;
    }
    if (strcmp(kind, "hurdle_poisson") == 0) {
        CHECK_OK(bocpd_config_set_hurdle_poisson_for(config, values, n));
        return 1;
    }
    if (strcmp(kind, "negative_binomial_grid") == 0) {
        CHECK_OK(bocpd_config_set_negative_binomial_grid_for(config, values, n));
        return 1;
    }
    if (strcmp(kind, "volatile_gaussian") == 0) {
        CHECK_OK(bocpd_config_set_volatile_gaussian_for(config, values, n));
        return 1;
    }
    return 0;
}

static void set_hazard(bocpd_config *config, const char *kind) {
    if (strcmp(kind, "constant") == 0) {
        double mean_run_length = real();
        CHECK_OK(bocpd_config_set_constant_hazard(config, mean_run_length));
        return;
    }
    if (strcmp(kind, "rate") == 0) {
        double per_unit_time = real();
        CHECK_OK(bocpd_config_set_rate_hazard(config, per_unit_time));
        return;
    }
    if (strcmp(kind, "weibull") == 0) {
        double shape = real();
        double scale = real();
        CHECK_OK(bocpd_config_set_weibull_hazard(config, shape, scale));
        return;
    }
    if (strcmp(kind, "log_logistic") == 0) {
        double shape = real();
        double scale = real();
        CHECK_OK(bocpd_config_set_log_logistic_hazard(config, shape, scale));
        return;
    }
    if (strcmp(kind, "negative_binomial") == 0) {
        uint32_t k = (uint32_t)integer();
        double p = real();
        CHECK_OK(bocpd_config_set_negative_binomial_hazard(config, k, p));
        return;
    }
    if (strcmp(kind, "table") == 0) {
        static double hazards[MAX];
        size_t hazards_count = reals(hazards);
        CHECK_OK(bocpd_config_set_table_hazard(config, hazards, hazards_count));
        return;
    }
    if (strcmp(kind, "constant_grid") == 0) {
        static double mean_run_lengths[MAX];
        size_t mean_run_lengths_count = reals(mean_run_lengths);
        CHECK_OK(bocpd_config_set_constant_grid_hazard(config, mean_run_lengths,
                                                       mean_run_lengths_count));
        return;
    }
    unreadable(kind);
}
