-- Doc of Alpha. https://one.example/a
local function alpha(first)
  return first + 1
end

-- Doc of Beta. https://two.example/b
local function beta(second)
  return second + 2
end

-- Doc of Gamma. https://three.example/c
local function gamma(third)
  return third + 3
end

print(alpha(1) + beta(2) + gamma(3))
