"""What persons do with plans: start, steer, approve, stop; and what they are told of them."""
