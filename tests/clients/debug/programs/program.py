"""What the cases debug; a line that a case speaks of is marked. The same stands here in every language."""

import os
import sys
import threading
import time


class Point:
    def __init__(self, x, y):
        self.x = x
        self.y = y


def add(left, right):
    sum = left + right  # mark: add
    return sum  # mark: add-return


def loop(count):
    total = 0
    for index in range(count):
        total = add(total, index)  # mark: loop
    return total  # mark: after-loop


def deep(level):
    if level == 0:
        return 1  # mark: deepest
    return deep(level - 1) + 1


def fail():
    raise RuntimeError("out of beans")  # mark: fail


def spin(mode):
    for turn in range(600):
        time.sleep(0.05)  # mark: spin


def flood():
    for line in range(20000):
        print("line", line, "of very many that nobody will ever want to read")


def main():
    mode = sys.argv[1] if len(sys.argv) > 1 else "plain"  # mark: begin
    print("begin", mode, flush=True)
    numbers = [index * 2 for index in range(300)]
    point = Point(3, 4)
    greeting = "hello"
    counter = 0
    counter = 1  # mark: watch
    counter = 2  # mark: watched
    total = loop(5)  # mark: call
    nested = add(add(counter, point.x), numbers[2])  # mark: nested
    print("total", total, flush=True)  # mark: total
    if mode == "deep":
        nested += deep(40)
    elif mode == "fail":
        fail()
    elif mode == "catch":
        try:
            fail()
        except RuntimeError as error:
            print("caught", error)
    elif mode == "spin":
        spin(mode)
    elif mode == "threads":
        threads = [threading.Thread(target=spin, args=[name]) for name in ("first", "second")]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    elif mode == "echo":
        print("argument", sys.argv[2] if len(sys.argv) > 2 else "none")
        print("variable", os.environ.get("GREETING", "none"))
        print("folder", os.getcwd())
    elif mode == "complain":
        print("a complaint", file=sys.stderr)
    elif mode == "flood":
        flood()
    elif mode == "code":
        sys.exit(3)
    return 0 if greeting and nested and counter else 1  # mark: end


if __name__ == "__main__":
    sys.exit(main())
