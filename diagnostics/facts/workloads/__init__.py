"""The controllers above the pod: revisions, template differences, when it began, who owns it from outside."""
