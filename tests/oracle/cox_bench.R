# R's coefficients on the data of tests/bench/bench_cox.py. From the repository's top, with any empty folder:
#   python -m tests.bench.bench_cox --write DIR && Rscript tests/oracle/cox_bench.R DIR
# Writes cox_bench.json: coefficients and standard errors by size, and the sum of the table as a check of the data.
suppressPackageStartupMessages({library(survival); library(jsonlite)})
folder <- commandArgs(trailingOnly = TRUE)[1]
sizes <- c(110, 10000, 100000)
fits <- lapply(sizes, function(n) {
  d <- read.csv(file.path(folder, sprintf("cox_bench_%d.csv", as.integer(n))))
  fit <- coxph(Surv(time, event) ~ ., d, control = coxph.control(eps = 1e-11, iter.max = 50))
  list(coef = signif(unname(coef(fit)), 13), se = signif(unname(sqrt(diag(vcov(fit)))), 13), sum = sum(as.matrix(d)))
})
names(fits) <- sprintf("%d", as.integer(sizes))
made_by <- paste0("R ", getRversion(), ", survival ", packageVersion("survival"))
write(toJSON(list(made_by = made_by, sizes = fits), auto_unbox = TRUE, digits = NA), "tests/oracle/cox_bench.json")
