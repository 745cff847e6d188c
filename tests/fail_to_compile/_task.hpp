// A table for the programs that must not compile.
#pragma once

#include <hyperdb/query.hpp>
#include <hyperdb/writes.hpp>

#include <string>
#include <vector>

struct Task {
  std::string id;
  std::string projectId;
  std::string orderToken;
  int rank = 0;
  std::vector<std::string> tags;
};

struct Project {
  std::string id;
  std::string name;
};

inline constexpr auto byProjectOrder = hyperdb::btree<&Task::projectId, &Task::orderToken>("byProjectOrder");
inline constexpr auto byRank = hyperdb::hash<&Task::rank>("byRank");
inline constexpr auto byName = hyperdb::btree<&Project::name>("byName");
inline const auto tasksTable = hyperdb::defineTable<Task>("tasks").index(byProjectOrder).index(byRank);
