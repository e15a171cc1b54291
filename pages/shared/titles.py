"""The pages, in the order of the navigation: file stem (and address) -> title."""

PAGES = {
    "overview": "Overview",
    "survival": "Survival",
    "contrast": "Compare",
    "prognosis": "Prognosis",
    "response": "Response",
    "toxicity": "Toxicity",
    "benchmarks": "Benchmarks",
    "deck": "Deck",
    "cohorts": "Cohorts",
    "methods": "Methods",
}

HIDDEN = {"present": "Present"}
"""Pages that the navigation does not show: another page leads to them."""
