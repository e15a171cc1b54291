# The demo cohort by R: reads the analysis files that tests/oracle/demo_inputs.py exports, and computes again what the
# product prints of them. Written by tests/oracle/make:  Rscript demo_analysis.R FOLDER_WITH_EXPORTS RESULT.json
argv <- commandArgs(trailingOnly = TRUE)
source("tests/oracle/analysis.R")

population <- function(file) {
  d <- read.csv(file, check.names = FALSE, na.strings = "", colClasses = c(patient_id = "character"))
  endpoints <- c("pfs", "os", "ttnt")
  for (one in endpoints) d[[paste0(one, "_event")]] <- as.numeric(d[[paste0(one, "_event")]] == "yes")
  by_endpoint <- function(f) lapply(setNames(endpoints, endpoints), f)
  of <- function(one) list(time = d[[paste0(one, "_days")]], event = d[[paste0(one, "_event")]])
  types <- c("log-log", "log", "plain")
  list(n = nrow(d),
       curves = by_endpoint(function(one) lapply(setNames(types, types), function(type) do.call(curve, c(of(one), type)))),
       follow_up = follow_up(d),
       strata = by_endpoint(function(one) lapply(setNames(strata, strata),
                                                 function(by) do.call(log_rank, c(of(one), list(group = column(d, by)))))),
       cox = by_endpoint(function(one) cox(d, one)),
       response = response(d), toxicity = toxicity(d), baseline = baseline(d))
}

files <- setNames(file.path(argv[1], c("prrt_1.csv", "prrt_2.csv")), c("prrt_1", "prrt_2"))
result <- list(made_by = paste0("R ", getRversion(), ", survival ", packageVersion("survival")),
               demo_sha256 = fromJSON(file.path(argv[1], "cohort.json"))$sha256,
               populations = lapply(files, population))
write(toJSON(result, auto_unbox = TRUE, digits = NA, na = "null", null = "null", dataframe = "rows", rownames = FALSE), argv[2])
