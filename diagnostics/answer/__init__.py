"""From findings to an answer: ranking, the chain, advice, evidence, wording, remedies."""
