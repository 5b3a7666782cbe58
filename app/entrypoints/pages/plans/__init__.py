"""The pages of plans: the list, one plan with its steps, and the forms of what can be done about them."""
