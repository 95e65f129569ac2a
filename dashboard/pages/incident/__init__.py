"""The planner's page: three questions, the answer, the ranked list and the map."""
