/* Doc of Alpha. https://one.example/a */
int alpha(int first)
{
    return first + 1;
}

// Doc of Beta. https://two.example/b
int beta(int second)
{
    return second + 2;
}

// Doc of Gamma. https://three.example/c
int gamma(int third)
{
    return third + 3;
}

int use(void)
{
    return alpha(1) + beta(2) + gamma(3);
}
