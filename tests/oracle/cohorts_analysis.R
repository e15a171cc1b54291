# 200 random cohorts by R, from the raw dates on: selects, derives the endpoints, and estimates what is asked of each.
# Usage, from the repository's top (tests/oracle/make does it): Rscript tests/oracle/cohorts_analysis.R
source("tests/oracle/analysis.R")
here <- "tests/oracle"
day <- function(x) as.numeric(as.Date(x))
all_courses <- read.csv(file.path(here, "data", "cohorts_courses.csv"), na.strings = "", colClasses = c(grade = "character"))
for (one in grep("_date$", names(all_courses), value = TRUE)) all_courses[[one]] <- day(all_courses[[one]])
requests <- fromJSON(file.path(here, "data", "cohorts_requests.json"), simplifyVector = FALSE)

# Death and last contact are the patient's; the next course is a new treatment; a progression that a course does not state
# is that of a later one.
smallest <- function(x) if (all(is.na(x))) NA else min(x, na.rm = TRUE)
largest <- function(x) if (all(is.na(x))) NA else max(x, na.rm = TRUE)
with_patient <- function(d) {
  d$death <- ave(d$death_date, d$patient_id, FUN = smallest)
  d$contact <- ave(d$last_contact_date, d$patient_id, FUN = largest)
  d$next_start <- sapply(seq_len(nrow(d)), function(i)
    smallest(d$first_cycle_date[d$patient_id == d$patient_id[i] & d$first_cycle_date > d$first_cycle_date[i]]))
  d$progression <- sapply(seq_len(nrow(d)), function(i) if (!is.na(d$progression_date[i])) d$progression_date[i] else
    smallest(d$progression_date[d$patient_id == d$patient_id[i] & d$first_cycle_date > d$first_cycle_date[i]]))
  d
}
earliest <- function(...) do.call(pmin, c(list(...), na.rm = TRUE))
# The earliest of events and censorings decides, on the same day the event; without any, last contact.
ended <- function(start, event, censoring, contact) {
  happened <- !is.na(event) & (is.na(censoring) | event <= censoring)
  end <- ifelse(happened, event, ifelse(is.na(censoring), contact, censoring))
  days <- ifelse(end < start, NA, end - start)
  list(days = days, event = ifelse(is.na(days), NA, as.numeric(happened)))
}
with_endpoints <- function(d, rule) {
  any_treatment <- earliest(d$new_treatment_date, d$next_start)
  imaging_only <- !is.na(d$new_treatment_basis) & d$new_treatment_basis == "imaging-only progression"
  imaging <- ifelse(imaging_only, ifelse(is.na(d$new_treatment_date), d$next_start, d$new_treatment_date), NA)
  nothing <- rep(NA_real_, nrow(d))
  progressed <- earliest(d$progression, d$death)
  pfs <- switch(rule,
    paper = ended(d$first_cycle_date, progressed, imaging, d$contact),
    event = ended(d$first_cycle_date, earliest(progressed, imaging), nothing, d$contact),
    ignore = ended(d$first_cycle_date, progressed, nothing, d$contact),
    `censor-any` = ended(d$first_cycle_date, progressed, any_treatment, d$contact))
  os <- ended(d$first_cycle_date, d$death, nothing, d$contact)
  ttnt <- ended(d$first_cycle_date, earliest(any_treatment, d$death), nothing, d$contact)
  for (one in c("days", "event")) {
    d[[paste0("pfs_", one)]] <- pfs[[one]]; d[[paste0("os_", one)]] <- os[[one]]; d[[paste0("ttnt_", one)]] <- ttnt[[one]]
  }
  d
}
chosen <- function(d, asked) {
  d <- d[d$course == asked$course, ]
  if (asked$field == "") return(d)
  x <- d[[asked$field]]
  met <- if (length(asked$levels)) x %in% unlist(asked$levels) else rep(!is.null(asked$low) || !is.null(asked$high) ||
                                                                         !is.null(asked$below), nrow(d))
  if (!is.null(asked$low)) met <- met & x >= asked$low
  if (!is.null(asked$high)) met <- met & x <= asked$high
  if (!is.null(asked$below)) met <- met & x < asked$below
  d[ifelse(is.na(x), asked$missing, met), ]
}
analysed <- function(asked) {
  d <- chosen(with_endpoints(with_patient(all_courses[all_courses$cohort == asked$cohort, ]), asked$pfs_rule), asked)
  milestones <<- unlist(asked$months)
  endpoint <- function(one) {
    known <- d[!is.na(d[[paste0(one, "_days")]]), ]
    if (!nrow(known)) return(list(n = 0))
    time <- known[[paste0(one, "_days")]]; event <- known[[paste0(one, "_event")]]
    data <- data.frame(time = time, event = event)
    for (factor in unlist(asked$factors)) data[[factor]] <- column(known, factor)
    list(n = nrow(known), curve = curve(time, event, asked$conf_type),
         strata = if (sum(!is.na(d[[sub("[~>].*", "", asked$strata)]])))
           log_rank(time, event, group_of(known, d, asked$strata), asked$conf_type),
         univariable = lapply(setNames(nm = unlist(asked$factors)), function(factor) model(data, factor)))
  }
  out <- list(n = nrow(d), endpoints = lapply(setNames(nm = c("pfs", "os", "ttnt")), endpoint))
  if (nrow(d)) {
    evaluable <- sum(d$recist_response %in% c("CR", "PR", "SD", "PD"))
    out$response <- if (evaluable) response(d) else list(n = nrow(d), evaluable = 0)
    timed <- d[!is.na(d$os_days), ]
    if (nrow(timed)) out$follow_up <- follow_up(timed)
  }
  out
}
# A median divides by that of everybody selected, also of those without a time.
group_of <- function(known, d, by) {
  if (!grepl("~median", by)) return(column(known, by))
  field <- sub("~median", "", by)
  cut_at(known, sprintf("%s>=%.12g", field, median_cut(d[[field]])))
}
write(toJSON(list(made_by = paste0("R ", getRversion(), ", survival ", packageVersion("survival")),
                  cohorts = lapply(setNames(requests, sapply(requests, `[[`, "cohort")), analysed)),
             auto_unbox = TRUE, digits = NA, na = "null", null = "null", dataframe = "rows", rownames = FALSE),
      file.path(here, "cohorts_analysis.json"))
