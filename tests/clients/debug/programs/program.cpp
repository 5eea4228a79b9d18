// What the cases debug; a line that a case speaks of is marked. The same stands here in every language.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <thread>
#include <unistd.h>

struct Point {
  int x;
  int y;
};

int add(int left, int right) {
  int sum = left + right; // mark: add
  return sum;             // mark: add-return
}

int loop(int count) {
  int total = 0;
  for (int index = 0; index < count; index++) {
    total = add(total, index); // mark: loop
  }
  return total; // mark: after-loop
}

int deep(int level) {
  if (level == 0) {
    return 1; // mark: deepest
  }
  return deep(level - 1) + 1;
}

void fail() {
  throw std::runtime_error("out of beans"); // mark: fail
}

void spin(const char *mode) {
  for (int turn = 0; turn < 600; turn++) {
    std::this_thread::sleep_for(std::chrono::milliseconds(50)); // mark: spin
  }
}

void flood() {
  for (int line = 0; line < 20000; line++) {
    std::printf("line %d of very many that nobody will ever want to read\n", line);
  }
  std::fflush(stdout);
}

int main(int argc, char **argv) {
  const char *mode = argc > 1 ? argv[1] : "plain"; // mark: begin
  std::printf("begin %s\n", mode);
  std::fflush(stdout);
  int numbers[300];
  for (int index = 0; index < 300; index++) {
    numbers[index] = index * 2;
  }
  Point point = {3, 4};
  const char *greeting = "hello";
  int counter = 0;
  counter = 1; // mark: watch
  counter = 2; // mark: watched
  int total = loop(5); // mark: call
  int nested = add(add(counter, point.x), numbers[2]); // mark: nested
  std::printf("total %d\n", total); // mark: total
  std::fflush(stdout);
  if (std::strcmp(mode, "deep") == 0) {
    nested += deep(40);
  } else if (std::strcmp(mode, "fail") == 0) {
    fail();
  } else if (std::strcmp(mode, "catch") == 0) {
    try {
      fail();
    } catch (const std::exception &error) {
      std::printf("caught %s\n", error.what());
    }
  } else if (std::strcmp(mode, "spin") == 0) {
    spin(mode);
  } else if (std::strcmp(mode, "threads") == 0) {
    std::thread first(spin, "first"), second(spin, "second");
    first.join();
    second.join();
  } else if (std::strcmp(mode, "echo") == 0) {
    char folder[4096];
    const char *variable = std::getenv("GREETING");
    std::printf("argument %s\n", argc > 2 ? argv[2] : "none");
    std::printf("variable %s\n", variable ? variable : "none");
    std::printf("folder %s\n", getcwd(folder, sizeof folder));
  } else if (std::strcmp(mode, "complain") == 0) {
    std::fprintf(stderr, "a complaint\n");
  } else if (std::strcmp(mode, "flood") == 0) {
    flood();
  } else if (std::strcmp(mode, "code") == 0) {
    return 3;
  }
  return nested + counter + greeting[0] > 0 ? 0 : 1; // mark: end
}
