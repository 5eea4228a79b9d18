// Addresses: https://one.example/a https://two.example/b https://three.example/c

export class Base {
    /** @returns {number} */
    run() {
        return 0;
    }
}

export class One extends Base {
    run() {
        return 1;
    }
}

export class Two extends Base {
    run() {
        return 2;
    }
}

export class Three extends Base {
    run() {
        return 3;
    }
}

/**
 * Doc of Alpha.
 * @param {number} first
 */
export function alpha(first) {
    return new One();
}

/**
 * Doc of Beta.
 * @param {number} first
 */
export function beta(first) {
    alpha(first);
    return new Two();
}

/**
 * Doc of Gamma.
 * @param {number} first
 */
export function gamma(first) {
    beta(first);
    return new Three();
}
