"""JSON Schemas, the AsyncAPI document and pages of docs, made from the vocabulary."""
