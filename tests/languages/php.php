<?php
// Doc of Alpha. https://one.example/a
function alpha($first) {
    return $first + 1;
}

// Doc of Beta. https://two.example/b
function beta($second) {
    return $second + 2;
}

// Doc of Gamma. https://three.example/c
function gamma($third) {
    return $third + 3;
}

echo alpha(1) + beta(2) + gamma(3);
