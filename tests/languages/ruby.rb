# Doc of Alpha. https://one.example/a
def alpha(first)
  first + 1
end

# Doc of Beta. https://two.example/b
def beta(second)
  second + 2
end

# Doc of Gamma. https://three.example/c
def gamma(third)
  third + 3
end

puts alpha(1) + beta(2) + gamma(3)
