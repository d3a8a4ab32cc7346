"""Commands that print reference material: rules, explain, schema, completion."""
