class Main {
    // Doc of Alpha. https://one.example/a
    static int alpha(int first) {
        return first + 1;
    }

    // Doc of Beta. https://two.example/b
    static int beta(int second) {
        return second + 2;
    }

    // Doc of Gamma. https://three.example/c
    static int gamma(int third) {
        return third + 3;
    }

    static int use() {
        return alpha(1) + beta(2) + gamma(3);
    }
}
