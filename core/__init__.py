"""From a PRRT cohort's raw dates, grades and laboratory values to survival, prognosis, response and toxicity."""
