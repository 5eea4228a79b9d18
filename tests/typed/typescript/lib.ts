// Addresses: https://one.example/a https://two.example/b https://three.example/c

export abstract class Base {
    abstract run(): number;
}

export class One extends Base {
    run(): number {
        return 1;
    }
}

export class Two extends Base {
    run(): number {
        return 2;
    }
}

export class Three extends Base {
    run(): number {
        return 3;
    }
}

/** Doc of Alpha. */
export function alpha(first: number): One {
    return new One();
}

/** Doc of Beta. */
export function beta(first: number): Two {
    alpha(first);
    return new Two();
}

/** Doc of Gamma. */
export function gamma(first: number): Three {
    beta(first);
    return new Three();
}
