"""Stories: the records of many articles that tell of one thing, put together (`extract stories`)."""
