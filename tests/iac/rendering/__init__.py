"""Examples of rules written as code: the plan and the template that say what an example's document says."""
