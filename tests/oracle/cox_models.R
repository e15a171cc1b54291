# Cox models of the Cox oracle by R survival. From the repository's top:
#   python tests/oracle/cox_inputs.py && Rscript tests/oracle/cox_models.R
# Writes cox_real.json and cox_random.json: for every cohort each factor alone ("univariable") and all together
# ("multivariable"). `full` is coxph on all complete cases; where a level has no events, `limit` is coxph without the
# patients of such levels, the limit to which the other coefficients tend. Numbers have 11 significant digits.
suppressPackageStartupMessages({library(survival); library(jsonlite)})
here <- "tests/oracle"
control <- coxph.control(eps = 1e-11, iter.max = 100)

quiet <- function(expression) {
  heard <- character()
  value <- withCallingHandlers(
    tryCatch(expression, error = function(e) { heard <<- c(heard, paste("error:", conditionMessage(e))); NULL }),
    warning = function(w) { heard <<- c(heard, conditionMessage(w)); invokeRestart("muffleWarning") })
  list(value = value, warnings = heard)
}
number <- function(x) { x <- signif(unname(x), 11); x[!is.finite(x)] <- NA; x }

one_fit <- function(d, terms, residuals = FALSE) {
  formula <- reformulate(sprintf("`%s`", terms), response = "Surv(time, event)")
  ran <- quiet(coxph(formula, d, control = control, x = TRUE, y = TRUE))
  fit <- ran$value
  if (is.null(fit)) return(list(n = nrow(d), warnings = I(ran$warnings)))
  coef <- coef(fit); V <- matrix(vcov(fit, complete = TRUE), length(coef))
  out <- list(n = fit$n, events = fit$nevent, names = I(gsub("`", "", names(coef))), coef = I(number(coef)),
              se = I(number(sqrt(diag(V)))), loglik = number(rep_len(fit$loglik, 2)), score = number(fit$score),
              warnings = I(ran$warnings), terms = list())
  for (term in seq_along(terms)) {
    own <- fit$assign[[term]]; ok <- own[!is.na(coef[own])]
    rest <- terms[-term]
    reduced <- if (length(rest)) quiet(coxph(reformulate(sprintf("`%s`", rest), response = "Surv(time, event)"), d,
                                             control = control))$value else NULL
    loglik <- if (is.null(reduced)) fit$loglik[1] else tail(reduced$loglik, 1)
    reduced_df <- if (is.null(reduced)) 0 else sum(!is.na(coef(reduced)))
    wald <- if (length(ok)) tryCatch(c(coef[ok] %*% solve(V[ok, ok, drop = FALSE], coef[ok])), error = function(e) NA) else NA
    out$terms[[terms[term]]] <- list(wald = number(wald), wald_df = length(ok),
      lr = number(2 * (tail(fit$loglik, 1) - loglik)), lr_df = sum(!is.na(coef)) - reduced_df)
  }
  z <- quiet(cox.zph(fit))$value
  if (!is.null(z)) out$zph <- list(term = I(gsub("`", "", rownames(z$table))), chi2 = I(number(z$table[, 1])),
                                   df = I(number(z$table[, 2])), p = I(number(z$table[, 3])))
  r <- if (residuals) quiet(cox.zph(fit, terms = FALSE))$value
  if (!is.null(r)) {
    some <- unique(round(seq(1, nrow(r$y), length.out = min(4, nrow(r$y)))))
    out$residuals <- list(row = I(some), time = I(number(r$time[some])), x = I(number(r$x[some])),
                          y = apply(r$y[some, , drop = FALSE], 1, number, simplify = FALSE) |> unname() |> lapply(I))
  }
  cc <- quiet(concordance(fit))$value
  if (!is.null(cc)) out$concordance <- list(value = number(cc$concordance), counts = I(number(cc$count[1:4])))
  out
}

model <- function(d, terms, residuals = FALSE) {
  d <- d[complete.cases(d[terms]), ]
  factors <- terms[sapply(d[terms], is.factor)]
  d[factors] <- lapply(d[factors], droplevels)
  out <- list(full = one_fit(d, terms, residuals))
  eventless <- lapply(setNames(factors, factors), function(f) {
    e <- tapply(d$event, d[[f]], sum); names(e)[e == 0] })
  eventless <- eventless[lengths(eventless) > 0]
  if (length(eventless)) {
    keep <- rep(TRUE, nrow(d))
    for (f in names(eventless)) keep <- keep & !(d[[f]] %in% eventless[[f]])
    e <- d[keep, ]; e[factors] <- lapply(e[factors], droplevels)
    rest <- terms[sapply(e[terms], function(v) !is.factor(v) || nlevels(v) > 1)]
    out$eventless <- lapply(eventless, I)
    if (length(rest) && sum(e$event)) out$limit <- one_fit(e, rest)
  }
  out
}

cohort <- function(d, terms, residuals = FALSE) list(
  univariable = lapply(setNames(terms, terms), function(term) model(d, term)),
  multivariable = model(d, terms, residuals))

store <- function(name, cohorts) {
  made_by <- paste0("R ", getRversion(), ", survival ", packageVersion("survival"))
  # An I() column stays an array of one; JSON null is R's NA.
  write(toJSON(list(made_by = made_by, cohorts = cohorts), auto_unbox = TRUE, digits = NA, na = "null"),
        file.path(here, name))
}
read <- function(name) read.csv(file.path(here, "data", name), check.names = FALSE, na.strings = c("", "NA"))
as_factors <- function(d, names) { d[names] <- lapply(d[names], factor); d }

lung <- as_factors(transform(read("lung.csv"), event = status), c("sex", "ph.ecog"))
rossi <- transform(read("rossi.csv"), time = week, event = arrest)
gbsg2 <- as_factors(transform(read("cox_gbsg2.csv"), event = cens), c("horTh", "menostat", "tgrade"))
store("cox_real.json", list(
  lung = cohort(lung, c("age", "sex", "ph.ecog", "wt.loss", "meal.cal", "inst"), residuals = TRUE),
  rossi = cohort(rossi, c("fin", "age", "race", "wexp", "mar", "paro", "prio"), residuals = TRUE),
  gbsg2 = cohort(gbsg2, c("horTh", "age", "menostat", "tsize", "tgrade", "pnodes", "progrec", "estrec"), residuals = TRUE)))

random <- as_factors(read("cox_random.csv"), c("g", "b"))
random <- split(random, random$cohort)
terms_of <- function(d) {
  terms <- c("x", "z", "g", "b")
  terms[sapply(terms, function(t) !is.factor(d[[t]]) || nlevels(droplevels(d[[t]][complete.cases(d[terms])])) > 1)]
}
store("cox_random.json", lapply(random, function(d) cohort(d, terms_of(d))))
