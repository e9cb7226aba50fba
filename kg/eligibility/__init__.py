"""Who may take part in what, and why: conditions of a plan decided for one person, firm or organisation in three-valued logic."""
