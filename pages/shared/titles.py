"""The pages, in the order of the navigation: file stem (and address) -> title."""

PAGES = {
    "overview": "Overview",
    "survival": "Survival",
    "contrast": "Compare groups",
    "prognosis": "Prognosis",
    "response": "Response",
    "toxicity": "Toxicity",
    "benchmarks": "Benchmarks",
    "cohorts": "Cohorts",
    "methods": "Methods",
}
