// Boost.JSON's implementation: its headers only declare. Everything that HyperDB uses of it is compiled here, once.
#include <boost/json/src.hpp>
