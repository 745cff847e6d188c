set -e
${CXX:-clang++-19} ${CXXFLAGS:--std=c++20 -O2} $(pkg-config --cflags hyperdb) ../program.cpp \
  $(pkg-config --libs hyperdb) -o program
