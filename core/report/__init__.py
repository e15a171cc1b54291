"""Results as the command line prints them: plain types, unrounded, in months, null with a reason, never NaN."""
