import { alpha, beta, gamma } from "./lib";

export function start(): number {
    const one = alpha(1);
    const two = beta(2);
    const three = gamma(3);
    const total = one.run() + two.run() + three.run();
    return total;
}
