from lib import alpha, beta, gamma


def start() -> int:
    one = alpha(1)
    two = beta(2)
    three = gamma(3)
    total = one.run() + two.run() + three.run()
    return total
