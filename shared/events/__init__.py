"""The contracts: what each agency announces, in the past tense. One module per publisher."""
