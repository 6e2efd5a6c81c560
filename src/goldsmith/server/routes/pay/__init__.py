"""Routes of money: a project's pay, what people earn, and the runs that pay them."""
