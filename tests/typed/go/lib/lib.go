// Package lib: https://one.example/a https://two.example/b https://three.example/c
package lib

// Base runs.
type Base interface {
	Run() int
}

type One struct{}

func (own One) Run() int {
	return 1
}

type Two struct{}

func (own Two) Run() int {
	return 2
}

type Three struct{}

func (own Three) Run() int {
	return 3
}

// Alpha: Doc of Alpha.
func Alpha(first int) One {
	return One{}
}

// Beta: Doc of Beta.
func Beta(first int) Two {
	Alpha(first)
	return Two{}
}

// Gamma: Doc of Gamma.
func Gamma(first int) Three {
	Beta(first)
	return Three{}
}
