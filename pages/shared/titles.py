"""The pages, in the order of the navigation: file stem (and address) -> title."""

PAGES = {
    "overview": "Overview",
    "survival": "Survival",
    "prognosis": "Prognosis",
    "response": "Response",
    "toxicity": "Toxicity",
    "benchmarks": "Benchmarks",
    "deck": "Deck",
    "cohorts": "Cohorts",
    "methods": "Methods",
}
