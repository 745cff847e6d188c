# The flags of a project that accepts no warning, for all of its targets; HyperDB's among them, when it is a part of it.
add_compile_options(-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror)
