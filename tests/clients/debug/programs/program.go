// What the cases debug; a line that a case speaks of is marked. The same stands here in every language.
package main

import (
	"fmt"
	"os"
	"sync"
	"time"
)

type Point struct {
	x int
	y int
}

func add(left int, right int) int {
	sum := left + right // mark: add
	return sum          // mark: add-return
}

func loop(count int) int {
	total := 0
	for index := 0; index < count; index++ {
		total = add(total, index) // mark: loop
	}
	return total // mark: after-loop
}

func deep(level int) int {
	if level == 0 {
		return 1 // mark: deepest
	}
	return deep(level-1) + 1
}

func fail() {
	panic("out of beans") // mark: fail
}

func spin(mode string) {
	for turn := 0; turn < 600; turn++ {
		time.Sleep(50 * time.Millisecond) // mark: spin
	}
}

func flood() {
	for line := 0; line < 20000; line++ {
		fmt.Println("line", line, "of very many that nobody will ever want to read")
	}
}

func caught() {
	defer func() {
		fmt.Println("caught", recover())
	}()
	fail()
}

func main() {
	mode := "plain" // mark: begin
	if len(os.Args) > 1 {
		mode = os.Args[1]
	}
	fmt.Println("begin", mode)
	numbers := make([]int, 300)
	for index := range numbers {
		numbers[index] = index * 2
	}
	point := Point{3, 4}
	greeting := "hello"
	counter := 0
	counter = 1 // mark: watch
	counter = 2 // mark: watched
	total := loop(5) // mark: call
	nested := add(add(counter, point.x), numbers[2]) // mark: nested
	fmt.Println("total", total) // mark: total
	switch mode {
	case "deep":
		nested += deep(40)
	case "fail":
		fail()
	case "catch":
		caught()
	case "spin":
		spin(mode)
	case "threads":
		var group sync.WaitGroup
		for _, name := range []string{"first", "second"} {
			group.Add(1)
			go func(name string) {
				defer group.Done()
				spin(name)
			}(name)
		}
		group.Wait()
	case "echo":
		argument, variable := "none", "none"
		if len(os.Args) > 2 {
			argument = os.Args[2]
		}
		if value, found := os.LookupEnv("GREETING"); found {
			variable = value
		}
		folder, _ := os.Getwd()
		fmt.Println("argument", argument)
		fmt.Println("variable", variable)
		fmt.Println("folder", folder)
	case "complain":
		fmt.Fprintln(os.Stderr, "a complaint")
	case "flood":
		flood()
	case "code":
		os.Exit(3)
	}
	if greeting == "" || nested == 0 || counter == 0 {
		os.Exit(1)
	}
	fmt.Println("end") // mark: end
}
