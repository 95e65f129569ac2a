"""Long work: runs that are asked for now and computed by a worker; one table, one queue, one result each."""
