package core

/* want `detcheck:allow needs a reason` */ //detcheck:allow

/* want `detcheck:allow allows nothing here: delete it` */ //detcheck:allow there was something here once
