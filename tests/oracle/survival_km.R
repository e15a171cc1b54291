# Kaplan-Meier, quantiles, milestones, log-rank and reverse Kaplan-Meier of the inputs in data/, by R survival.
# Usage, from the repository: Rscript tests/oracle/survival_km.R
# Writes survival_real.json, survival_cases.json and survival_random.json beside this file.
suppressPackageStartupMessages(library(survival))
library(jsonlite)

here <- dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE)))
conf_types <- c("log-log", "log", "plain")

# probs begins with 0: with it, quantile() judges each p by the tolerance instead of failing for all of them when the
# curve ends a rounding error above the first.
quantiles <- function(fit) {
  q <- quantile(fit, c(0, 0.25, 0.5, 0.75))
  lapply(q, function(x) I(unname(x)[-1]))
}

milestones <- function(fit, times) {
  s <- summary(fit, times = times, extend = FALSE)
  list(time = I(s$time), survival = I(s$surv), lower = I(s$lower), upper = I(s$upper), at_risk = I(s$n.risk))
}

curve <- function(time, event, conf.int = 0.95) {
  first <- survfit(Surv(time, event) ~ 1, conf.type = "log-log", conf.int = conf.int)
  # Milestones between times, and at those times that survive being written with 13 digits.
  exact <- first$time[first$time == signif(first$time, 13)]
  at <- if (length(exact)) quantile(exact, c(0.1, 0.5, 0.8), type = 1, names = FALSE)
  times <- unique(c(0, at, min(first$time) / 2, max(first$time) * c(0.73, 1.5)))
  intervals <- lapply(setNames(conf_types, conf_types), function(type) {
    fit <- survfit(Surv(time, event) ~ 1, conf.type = type, conf.int = conf.int)
    reverse <- survfit(Surv(time, 1 - event) ~ 1, conf.type = type, conf.int = conf.int)
    printed <- unname(summary(fit)$table[7:9])
    list(lower = I(fit$lower), upper = I(fit$upper), quantiles = quantiles(fit), printed = I(printed),
         milestones = milestones(fit, times), reverse = quantiles(reverse))
  })
  list(n = length(time), events = sum(event), time = I(first$time), at_risk = I(first$n.risk),
       n_event = I(first$n.event), n_censor = I(first$n.censor), survival = I(first$surv),
       median_observed = median(time), intervals = intervals)
}

# R stops where a test has no variance (everybody at risk dies at once) or only one group: error is kept as null.
logrank <- function(time, event, group) {
  test <- tryCatch(survdiff(Surv(time, event) ~ group), error = function(e) NULL)
  if (is.null(test)) return(NULL)
  df <- sum(test$exp > 0) - 1
  list(levels = I(sub("group=", "", names(test$n))), n = I(as.vector(test$n)), observed = I(test$obs),
       expected = I(test$exp), chi2 = test$chisq, df = df,
       p = if (df > 0) pchisq(test$chisq, df, lower.tail = FALSE) else NA)
}

pairwise <- function(time, event, group) {
  pairs <- combn(sort(unique(group)), 2)
  tests <- apply(pairs, 2, function(pair) {
    rows <- group %in% pair
    logrank(time[rows], event[rows], group[rows])
  }, simplify = FALSE)
  p <- sapply(tests, function(t) t$p)
  list(a = I(pairs[1, ]), b = I(pairs[2, ]), chi2 = I(sapply(tests, function(t) t$chi2)), p = I(p),
       p_holm = I(p.adjust(p, "holm")))
}

write_results <- function(results, file) {
  version <- paste("R", getRversion(), "survival", packageVersion("survival"))
  writeLines(toJSON(c(list(made_by = version), results), auto_unbox = TRUE, digits = I(13), na = "null", null = "null"),
             file.path(here, file))
}

real <- function(name, time, event, by) {
  data <- read.csv(file.path(here, "data", paste0(name, ".csv")), check.names = FALSE)
  t <- data[[time]]
  e <- data[[event]]
  groups <- lapply(setNames(by, by), function(column) {
    rows <- !is.na(data[[column]])
    g <- data[[column]][rows]
    curves <- lapply(split(seq_along(g), g), function(i) curve(t[rows][i], e[rows][i]))
    list(curves = curves, logrank = logrank(t[rows], e[rows], g), pairwise = pairwise(t[rows], e[rows], g))
  })
  list(time = time, event = event, all = curve(t, e), all_90 = curve(t, e, 0.9), by = groups)
}

write_results(list(sets = list(
  lung = real("lung", "time", "status", c("sex", "ph.ecog")),
  rossi = real("rossi", "week", "arrest", c("fin", "race")),
  larynx = real("larynx", "time", "death", c("Stage_II", "Stage_IV")),
  leukemia = real("leukemia", "t", "status", c("Rx", "sex")),
  waltons = real("waltons", "T", "E", "group")
)), "survival_real.json")

small <- function(name) {
  data <- read.csv(file.path(here, "data", paste0(name, ".csv")))
  cohorts <- lapply(split(data, factor(data$cohort, unique(data$cohort))), function(d) {
    list(curve = curve(d$time, d$event), logrank = logrank(d$time, d$event, d$group))
  })
  write_results(list(cohorts = cohorts), paste0(name, ".json"))
}
small("survival_cases")
small("survival_random")
