# Clopper-Pearson intervals of proportions, by R's binom.test.
# Usage, from the repository: Rscript tests/oracle/response_clopper.R
# Writes response_clopper.json beside this file.
library(jsonlite)

here <- dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE)))
totals <- c(1, 2, 3, 5, 13, 17, 102, 110, 1000)
cases <- do.call(rbind, lapply(totals, function(total) {
  n <- unique(pmin(total, c(0, 1, 2, 3, 5, 10, 23, 85, total %/% 2, total - 1, total)))
  expand.grid(n = n, total = total, conf_level = c(0.9, 0.95, 0.99))
}))
intervals <- t(apply(cases, 1, function(case) binom.test(case["n"], case["total"], conf.level = case["conf_level"])$conf.int))
result <- data.frame(cases, lower = intervals[, 1], upper = intervals[, 2])
out <- list(made_by = R.version.string, cases = result)
write_json(out, file.path(here, "response_clopper.json"), digits = 15, auto_unbox = TRUE)
