package main

import "example.com/app/lib"

func start() int {
	one := lib.Alpha(1)
	two := lib.Beta(2)
	three := lib.Gamma(3)
	total := one.Run() + two.Run() + three.Run()
	return total
}

func main() {
	start()
}
