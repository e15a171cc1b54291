"""What a Methods paragraph cites, numbered in the order in which it is cited."""

from __future__ import annotations

REFERENCES = {
    "anderson": "Anderson JR, Cain KC, Gelber RD. Analysis of survival by tumor response. J Clin Oncol 1983;1:710-719.",
    "austin": "Austin PC. Balance diagnostics for comparing the distribution of baseline covariates between treatment "
    "groups in propensity-score matched samples. Stat Med 2009;28:3083-3107.",
    "brookmeyer": "Brookmeyer R, Crowley J. A confidence interval for the median survival time. Biometrics "
    "1982;38:29-41.",
    "clopper": "Clopper CJ, Pearson ES. The use of confidence or fiducial limits illustrated in the case of the "
    "binomial. Biometrika 1934;26:404-413.",
    "cox": "Cox DR. Regression models and life-tables. J R Stat Soc B 1972;34:187-220.",
    "ctcae": "National Cancer Institute. Common Terminology Criteria for Adverse Events (CTCAE), version 5.0. US "
    "Department of Health and Human Services, 2017.",
    "ckd-epi-2009": "Levey AS, Stevens LA, Schmid CH, et al. A new equation to estimate glomerular filtration rate. "
    "Ann Intern Med 2009;150:604-612.",
    "ckd-epi-2021": "Inker LA, Eneanya ND, Coresh J, et al. New creatinine- and cystatin C-based equations to "
    "estimate GFR without race. N Engl J Med 2021;385:1737-1749.",
    "duckdb": "Raasveldt M, Mühleisen H. DuckDB: an embeddable analytical database. Proc SIGMOD 2019:1981-1984.",
    "efron": "Efron B. The efficiency of Cox's likelihood function for censored data. J Am Stat Assoc 1977;72:557-565.",
    "grambsch": "Grambsch PM, Therneau TM. Proportional hazards tests and diagnostics based on weighted residuals. "
    "Biometrika 1994;81:515-526.",
    "greenwood": "Greenwood M. The natural duration of cancer. Reports on Public Health and Medical Subjects 33. "
    "London: HMSO, 1926.",
    "holm": "Holm S. A simple sequentially rejective multiple test procedure. Scand J Stat 1979;6:65-70.",
    "kaplan": "Kaplan EL, Meier P. Nonparametric estimation from incomplete observations. J Am Stat Assoc "
    "1958;53:457-481.",
    "lifelines": "Davidson-Pilon C. lifelines: survival analysis in Python. J Open Source Softw 2019;4:1317.",
    "mantel": "Mantel N. Evaluation of survival data and two new rank order statistics arising in its "
    "consideration. Cancer Chemother Rep 1966;50:163-170.",
    "newcombe": "Newcombe RG. Interval estimation for the difference between independent proportions: comparison of "
    "eleven methods. Stat Med 1998;17:873-890.",
    "recist": "Eisenhauer EA, Therasse P, Bogaerts J, et al. New response evaluation criteria in solid tumours: "
    "revised RECIST guideline (version 1.1). Eur J Cancer 2009;45:228-247.",
    "royston": "Royston P, Parmar MKB. Restricted mean survival time: an alternative to the hazard ratio for the "
    "design and analysis of randomized trials with a time-to-event outcome. BMC Med Res Methodol 2013;13:152.",
    "schemper": "Schemper M, Smith TL. A note on quantifying follow-up in studies of failure time. Control Clin "
    "Trials 1996;17:343-346.",
    "therneau": "Therneau TM, Grambsch PM. Modeling Survival Data: Extending the Cox Model. New York: Springer, 2000.",
    "yang": "Yang D, Dalton JE. A unified approach to measuring the effect size between two groups using SAS. SAS "
    "Global Forum 2012; paper 335-2012.",
    "zou": "Zou GY, Donner A. Construction of confidence limits about effect measures: a general approach. Stat Med "
    "2008;27:1693-1702.",
}
"""Key -> the reference as a journal prints it."""


class Citations:
    """The references of one text; each keeps the number under which it was cited first."""

    def __init__(self) -> None:
        self._keys: list[str] = []

    def __call__(self, *keys: str) -> str:
        """The mark of one or more references: "[3]", "[1,2]". Raises KeyError for an unknown one."""
        for key in keys:
            if REFERENCES[key] and key not in self._keys:
                self._keys.append(key)
        return f"[{','.join(str(number) for number in sorted(self._keys.index(key) + 1 for key in keys))}]"

    def listed(self) -> list[str]:
        """All that was cited, with its number: "1. Kaplan EL, ..." """
        return [f"{number}. {REFERENCES[key]}" for number, key in enumerate(self._keys, 1)]
