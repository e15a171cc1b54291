# What demo_analysis.R and cohorts_analysis.R compute of one data frame: curves, log-rank, Cox models, response, grades.
suppressPackageStartupMessages({library(survival); library(jsonlite)})
month <- 30.4375
milestones <- c(12, 24, 36, 60)
control <- coxph.control(eps = 1e-11, iter.max = 200)
number <- function(x) { x <- signif(unname(x), 12); x[!is.finite(x)] <- NA; x }
quiet <- function(expression) tryCatch(suppressWarnings(expression), error = function(e) NULL)

factors <- c("grade", "primary_site", "functional", "cga_ug_l>=1000", "alp_u_l>=130", "sodium_mmol_l", "albumin_g_l", "nlr",
             "fdg_pet", "prior_modalities>3")
references <- list(grade = "1", primary_site = "small intestine", functional = "no", fdg_pet = "negative")
strata <- c("grade", "primary_site", "cga_ug_l>=1000", "alp_u_l>=130", "sodium_mmol_l>=135", "albumin_g_l>=35", "fdg_pet",
            "prior_modalities>3", "sex", "metastasis_bone", "nlr~median")

cut_at <- function(d, name) {
  parts <- regmatches(name, regexec("^(.+?)(>=?)(.+)$", name))[[1]]
  above <- if (parts[3] == ">=") d[[parts[2]]] >= as.numeric(parts[4]) else d[[parts[2]]] > as.numeric(parts[4])
  below <- if (parts[3] == ">=") "<" else "<="
  factor(above, c(FALSE, TRUE), paste0(c(below, parts[3]), parts[4]))
}
# The median is rounded down to four significant digits, as the product prints it.
median_cut <- function(x) { m <- median(x, na.rm = TRUE); step <- 10^(floor(log10(m)) - 3); floor(m / step + 1e-9) * step }
column <- function(d, name) {
  if (grepl("~median", name)) {
    field <- sub("~median", "", name)
    return(cut_at(d, sprintf("%s>=%.12g", field, median_cut(d[[field]]))))
  }
  if (grepl(">", name)) return(cut_at(d, name))
  values <- d[[name]]
  if (is.numeric(values) && name != "grade") return(values)
  values <- factor(values)
  if (!is.null(references[[name]]) && references[[name]] %in% levels(values)) values <- relevel(values, references[[name]])
  values
}

# Kaplan-Meier -------------------------------------------------------------------------------------------------------
limits <- function(fit, p) {
  q <- quantile(fit, p)
  as.list(number(c(time = q$quantile[[1]], lower = q$lower[[1]], upper = q$upper[[1]]) / month)) |>
    setNames(c("time", "lower", "upper"))
}
curve <- function(time, event, type) {
  fit <- survfit(Surv(time, event) ~ 1, conf.type = type)
  at <- summary(fit, times = milestones * month, extend = TRUE)
  list(n = fit$n, events = sum(event), median = limits(fit, 0.5), q25 = limits(fit, 0.25)$time, q75 = limits(fit, 0.75)$time,
       milestones = data.frame(month = milestones, survival = number(at$surv), lower = number(at$lower),
                               upper = number(at$upper), at_risk = sapply(milestones * month, function(t) sum(time >= t))))
}
log_rank <- function(time, event, group, type = "log-log") {
  group <- droplevels(factor(group))
  keep <- !is.na(group) & !is.na(time)
  time <- time[keep]; event <- event[keep]; group <- droplevels(group[keep])
  medians <- lapply(split(seq_along(time), group), function(i) curve(time[i], event[i], type))
  test <- if (nlevels(group) > 1) quiet(survdiff(Surv(time, event) ~ group))
  out <- list(groups = medians, missing = sum(!keep))
  if (!is.null(test)) {
    df <- length(test$n) - 1
    out$logrank <- list(chi2 = number(test$chisq), df = df, p = number(pchisq(test$chisq, df, lower.tail = FALSE)))
  }
  if (nlevels(group) > 2) {
    pairs <- combn(levels(group), 2)
    chi2 <- apply(pairs, 2, function(pair) {
      i <- group %in% pair
      test <- quiet(survdiff(Surv(time[i], event[i]) ~ droplevels(group[i])))
      if (is.null(test)) NA else test$chisq
    })
    p <- pchisq(chi2, 1, lower.tail = FALSE)
    out$pairwise <- data.frame(a = pairs[1, ], b = pairs[2, ], chi2 = number(chi2), p = number(p),
                               p_holm = number(p.adjust(p, "holm")))
  }
  out
}
follow_up <- function(d) {
  fit <- survfit(Surv(d$os_days, 1 - d$os_event) ~ 1, conf.type = "log-log")
  list(median_observed = number(median(d$os_days) / month), min = number(min(d$os_days) / month),
       max = number(max(d$os_days) / month), reverse = limits(fit, 0.5))
}

# Cox ----------------------------------------------------------------------------------------------------------------
fit_of <- function(d, terms) coxph(reformulate(sprintf("`%s`", terms), "Surv(time, event)"), d, control = control)
wald_of <- function(fit, own) {
  own <- own[!is.na(coef(fit)[own])]
  b <- coef(fit)[own]
  pchisq(c(b %*% solve(vcov(fit)[own, own, drop = FALSE], b)), length(own), lower.tail = FALSE)
}
levels_of <- function(fit, own, values) {
  table <- summary(fit)
  rows <- data.frame(hr = number(table$coefficients[own, "exp(coef)"]), lower = number(table$conf.int[own, "lower .95"]),
                     upper = number(table$conf.int[own, "upper .95"]), p = number(table$coefficients[own, "Pr(>|z|)"]))
  cbind(level = if (is.factor(values)) levels(values)[-1] else "per unit", rows)
}
# A level without events is left out, to whose limit the other coefficients tend; its patients stay in the test by
# likelihood ratio. NULL where nothing can be estimated.
model <- function(d, terms) {
  d <- d[complete.cases(d[c("time", "event", terms)]), c("time", "event", terms)]
  counts <- lapply(setNames(terms, terms), function(t) if (is.factor(d[[t]])) {
    n <- table(d[[t]]); data.frame(level = names(n), n = c(n), events = c(tapply(d$event, d[[t]], sum, default = 0)))
  })
  for (t in terms) if (is.factor(d[[t]])) d[[t]] <- droplevels(d[[t]])
  eventless <- lapply(setNames(terms, terms), function(t)
    if (is.factor(d[[t]])) names(which(tapply(d$event, d[[t]], sum) == 0)) else character())
  used <- d[!Reduce(`|`, lapply(terms, function(t) d[[t]] %in% eventless[[t]]), FALSE), ]
  for (t in terms) if (is.factor(used[[t]])) used[[t]] <- droplevels(used[[t]])
  fine <- terms[sapply(terms, function(t) length(unique(used[[t]])) > 1)]
  out <- list(n = nrow(d), events = sum(d$event), counts = counts[!sapply(counts, is.null)])
  if (!length(fine) || sum(d$event) < 2) return(out)
  fit <- tryCatch(fit_of(used, fine), warning = function(w) NULL)
  if (is.null(fit)) return(c(out, list(separated = TRUE)))
  whole <- quiet(fit_of(d, terms))
  out$terms <- lapply(setNames(fine, fine), function(t) {
    own <- fit$assign[[match(t, fine)]]
    rest <- setdiff(terms, t)
    without <- if (length(rest)) tail(quiet(fit_of(d, rest))$loglik, 1) else whole$loglik[1]
    df <- sum(!is.na(coef(whole))) - if (length(rest)) sum(!is.na(coef(quiet(fit_of(d, rest))))) else 0
    list(p_wald = number(wald_of(fit, own)),
         p_lr = number(pchisq(2 * (tail(whole$loglik, 1) - without), df, lower.tail = FALSE)),
         levels = levels_of(fit, own, used[[t]]))
  })
  names(out$terms) <- fine
  out$log_likelihood <- number(tail(whole$loglik, 1))
  if (!any(lengths(eventless))) {
    out$concordance <- number(concordance(fit)$concordance)
    test <- quiet(cox.zph(fit))
    if (!is.null(test)) out$zph <- data.frame(term = gsub("`", "", rownames(test$table)), chi2 = number(test$table[, "chisq"]),
                                              df = test$table[, "df"], p = number(test$table[, "p"]))
  }
  out
}
cox <- function(d, endpoint) {
  data <- data.frame(time = d[[paste0(endpoint, "_days")]], event = d[[paste0(endpoint, "_event")]])
  for (one in factors) data[[one]] <- column(d, one)
  alone <- lapply(setNames(factors, factors), function(one) model(data, one))
  p <- sapply(alone, function(one) { p <- one$terms[[1]]$p_wald; if (is.null(p) || is.na(p)) 1 else p })
  entered <- factors[p < 0.1]
  list(univariable = alone, entered = I(entered), multivariable = if (length(entered)) model(data, entered))
}

# Counts -------------------------------------------------------------------------------------------------------------
proportion <- function(n, total) {
  test <- binom.test(n, total)
  list(n = n, percent = number(100 * n / total), lower = number(100 * test$conf.int[1]), upper = number(100 * test$conf.int[2]))
}
response <- function(d) {
  said <- d$recist_response[d$recist_response %in% c("CR", "PR", "SD", "PD")]
  list(n = nrow(d), evaluable = length(said), orr = proportion(sum(said %in% c("CR", "PR")), length(said)),
       dcr = proportion(sum(said != "PD"), length(said)))
}
toxicity <- function(d) {
  slugs <- sub("_highest_grade$", "", grep("_highest_grade$", names(d), value = TRUE))
  counted <- function(slug, part) {
    grades <- d[[paste0(slug, "_", part, "_grade")]][d[[paste0(slug, "_assessed")]] == "yes"]
    as.list(table(factor(grades, 0:5)))
  }
  lapply(setNames(slugs, slugs), function(slug) list(
    assessed = sum(d[[paste0(slug, "_assessed")]] == "yes", na.rm = TRUE), highest = counted(slug, "highest"),
    delta = counted(slug, "delta")))
}
baseline <- function(d) {
  names <- c("age_years", "ki67_percent", "cga_ug_l", "alp_u_l", "sodium_mmol_l", "albumin_g_l", "nlr", "egfr")
  lapply(setNames(names, names), function(name) {
    x <- d[[name]][!is.na(d[[name]])]
    c(n = length(x), setNames(number(quantile(x, c(0.5, 0.25, 0.75, 0, 1))), c("median", "q1", "q3", "min", "max"))) |> as.list()
  })
}
