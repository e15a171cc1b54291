# Two groups beside each other: restricted means, differences at a time, Cox and log-rank by R survival; standardised
# differences and Newcombe's method 10 from their formulas; grade 3 or more of adverse events from R's own Wilson intervals.
# Usage, from the repository: Rscript tests/oracle/contrast.R
# Writes contrast.json beside this file.
suppressPackageStartupMessages(library(survival))
library(jsonlite)

here <- dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE)))
z <- qnorm(0.975)

# R gives no restricted mean where the horizon lies before the first time.
table_row <- function(fit, tau) {
  if (tau < min(fit$time)) return(list(mean = NA, se = NA))
  found <- summary(fit, rmean = tau)$table
  list(mean = found[["rmean"]], se = found[["se(rmean)"]])
}

# Before the first event both limits are 1, whatever the transformation makes of it (NA where nothing but censoring went
# before). Of each group: survival, Greenwood's standard error and both kinds of limits at the times.
at <- function(time, event, times) {
  read <- function(type) {
    s <- summary(survfit(Surv(time, event) ~ 1, conf.type = type), times = times, extend = FALSE)
    list(survival = s$surv, se = s$std.err, lower = ifelse(s$surv == 1, 1, s$lower),
         upper = ifelse(s$surv == 1, 1, s$upper))
  }
  list(plain = read("plain"), loglog = read("log-log"))
}

# Zou and Donner 2008.
mover <- function(a, b) {
  d <- a$survival - b$survival
  list(difference = I(d), lower = I(d - sqrt((a$survival - a$lower)^2 + (b$upper - b$survival)^2)),
       upper = I(d + sqrt((a$upper - a$survival)^2 + (b$survival - b$lower)^2)))
}

compare <- function(time, event, in_a) {
  time <- as.vector(aeqSurv(Surv(time, event))[, "time"])
  fits <- lapply(list(a = in_a, b = !in_a), function(rows) survfit(Surv(time[rows], event[rows]) ~ 1))
  shorter <- min(max(time[in_a]), max(time[!in_a]))
  horizons <- lapply(shorter * c(0.4, 0.8, 1), function(tau) {
    means <- lapply(fits, table_row, tau = tau)
    gap <- means$a$mean - means$b$mean
    se <- sqrt(means$a$se^2 + means$b$se^2)
    list(tau = tau, a = means$a, b = means$b, difference = gap, se = se, lower = gap - z * se, upper = gap + z * se,
         p = 2 * pnorm(-abs(gap / se)))
  })
  times <- shorter * c(0.25, 0.5, 0.75)
  a <- at(time[in_a], event[in_a], times)
  b <- at(time[!in_a], event[!in_a], times)
  gap <- a$plain$survival - b$plain$survival
  greenwood <- sqrt(a$plain$se^2 + b$plain$se^2)
  test <- tryCatch(survdiff(Surv(time, event) ~ in_a), error = function(e) NULL)
  cox <- NULL
  if (sum(event[in_a]) && sum(event[!in_a])) {
    fit <- tryCatch(coxph(Surv(time, event) ~ as.numeric(in_a), ties = "efron"), warning = function(w) NULL)
    if (!is.null(fit)) {
      limits <- exp(confint(fit))
      zph <- tryCatch(cox.zph(fit)$table[1, ], error = function(e) c(NA, NA, NA))
      cox <- list(hr = exp(coef(fit))[[1]], lower = limits[[1]], upper = limits[[2]],
                  p = summary(fit)$coefficients[1, 5], zph_chi2 = zph[[1]], zph_p = zph[[3]])
    }
  }
  list(n = I(c(sum(in_a), sum(!in_a))), times = I(times), horizons = horizons,
       greenwood = list(difference = I(gap), se = I(greenwood)),
       plain = mover(a$plain, b$plain), loglog = mover(a$loglog, b$loglog),
       chi2 = if (is.null(test)) NA else test$chisq, cox = cox)
}

read <- function(name) read.csv(file.path(here, "data", paste0(name, ".csv")))
lung <- read("lung")
lung$status <- as.integer(lung$status == max(lung$status))
rossi <- read("rossi"); larynx <- read("larynx"); leukemia <- read("leukemia"); waltons <- read("waltons")
real <- list(
  lung = compare(lung$time, lung$status, lung$sex == 1),
  rossi = compare(rossi$week, rossi$arrest, rossi$fin == 1),
  larynx = compare(larynx$time, larynx$death, larynx$Stage_IV == 1),
  leukemia = compare(leukemia$t, leukemia$status, leukemia$Rx == 1),
  waltons = compare(waltons$T, waltons$E, waltons$group == "miR-137")
)
random <- lapply(split(read("survival_random"), read("survival_random")$cohort), function(d) {
  in_a <- d$group == "a"
  # A horizon or a time of zero is no comparison.
  if (!any(in_a) || all(in_a) || min(max(d$time[in_a]), max(d$time[!in_a])) <= 0) return(NULL)
  compare(d$time, d$event, in_a)
})

# Of a number: Austin 2009. Of categories: Yang and Dalton 2012, from the indicators of all levels but the first.
number <- function(x, in_a) {
  x1 <- x[in_a & !is.na(x)]; x0 <- x[!in_a & !is.na(x)]
  (mean(x1) - mean(x0)) / sqrt((var(x1) + var(x0)) / 2)
}
categories <- function(x, in_a) {
  x <- factor(x)
  known <- !is.na(x)
  dummies <- model.matrix(~ x, model.frame(~ x, data.frame(x = x[known])))[, -1, drop = FALSE]
  group <- in_a[known]
  spread <- (cov.wt(dummies[group, , drop = FALSE], method = "ML")$cov +
             cov.wt(dummies[!group, , drop = FALSE], method = "ML")$cov) / 2
  gap <- colMeans(dummies[group, , drop = FALSE]) - colMeans(dummies[!group, , drop = FALSE])
  sqrt(mahalanobis(gap, rep(0, length(gap)), spread))
}
gbsg <- read("cox_gbsg2")
treated <- gbsg$horTh == "yes"
balance <- list(
  list(data = "cox_gbsg2", group = "horTh", a = "yes", field = "age", kind = "number", value = number(gbsg$age, treated)),
  list(data = "cox_gbsg2", group = "horTh", a = "yes", field = "pnodes", kind = "number",
       value = number(gbsg$pnodes, treated)),
  list(data = "cox_gbsg2", group = "horTh", a = "yes", field = "tgrade", kind = "categories",
       value = categories(gbsg$tgrade, treated)),
  list(data = "cox_gbsg2", group = "horTh", a = "yes", field = "menostat", kind = "categories",
       value = categories(gbsg$menostat, treated)),
  list(data = "lung", group = "sex", a = 1, field = "meal.cal", kind = "number", value = number(lung$meal.cal, lung$sex == 1)),
  list(data = "lung", group = "sex", a = 1, field = "ph.ecog", kind = "categories",
       value = categories(lung$ph.ecog, lung$sex == 1))
)

wilson <- function(x, n) {
  p <- x / n
  (2 * n * p + z^2 + c(-1, 1) * z * sqrt(z^2 + 4 * n * p * (1 - p))) / (2 * (n + z^2))
}
newcombe <- function(x1, n1, x2, n2) {
  p1 <- x1 / n1; p2 <- x2 / n2; w1 <- wilson(x1, n1); w2 <- wilson(x2, n2)
  list(x1 = x1, n1 = n1, x2 = x2, n2 = n2, difference = p1 - p2,
       lower = p1 - p2 - sqrt((p1 - w1[1])^2 + (w2[2] - p2)^2),
       upper = p1 - p2 + sqrt((w1[2] - p1)^2 + (p2 - w2[1])^2))
}
# The first eight are the examples of Newcombe's Table II, (a) to (h).
rates <- list(newcombe(56, 70, 48, 80), newcombe(9, 10, 3, 10), newcombe(6, 7, 2, 7), newcombe(5, 56, 0, 29),
              newcombe(0, 10, 0, 20), newcombe(0, 10, 0, 10), newcombe(10, 10, 0, 20), newcombe(10, 10, 0, 10),
              newcombe(2, 9, 21, 93), newcombe(1, 1, 0, 1))

# Adverse events of grade 3 or more, men against women of the random cohorts: counts by `contrast_inputs.py`, Wilson's
# intervals by R's own prop.test.
score <- function(x, n) suppressWarnings(prop.test(x, n, correct = FALSE)$conf.int)
harms <- lapply(split(read("contrast_harms"), seq_len(nrow(read("contrast_harms")))), function(d) {
  w1 <- score(d$x1, d$n1); w2 <- score(d$x2, d$n2); gap <- d$x1 / d$n1 - d$x2 / d$n2
  list(term = d$term, x1 = d$x1, n1 = d$n1, x2 = d$x2, n2 = d$n2, difference = gap,
       lower = gap - sqrt((d$x1 / d$n1 - w1[1])^2 + (w2[2] - d$x2 / d$n2)^2),
       upper = gap + sqrt((w1[2] - d$x1 / d$n1)^2 + (d$x2 / d$n2 - w2[1])^2))
})

out <- list(made_by = paste(R.version.string, "survival", packageVersion("survival")), real = real,
            random = Filter(Negate(is.null), random), balance = balance, rates = rates,
            harms = unname(harms))
write_json(out, file.path(here, "contrast.json"), digits = I(13), auto_unbox = TRUE, na = "null", null = "null")
