"""From solution-first sources to lessons, exercises and the bank: for those who write them."""
