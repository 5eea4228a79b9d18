#!/bin/bash

# Doc of Alpha. https://one.example/a
alpha() {
  echo one
}

# Doc of Beta. https://two.example/b
beta() {
  echo two
}

# Doc of Gamma. https://three.example/c
gamma() {
  echo three
}

alpha && beta && gamma
