// Reads what the deployment ships with the parsers that will read it: the compose file with Compose v2's own, expressions
// of alerts and dashboards with Prometheus's.
package main

import (
	"bufio"
	"context"
	"fmt"
	"os"

	"github.com/compose-spec/compose-go/v2/cli"
	"github.com/prometheus/prometheus/promql/parser"
)

func main() {
	var err error
	switch {
	case len(os.Args) == 4 && os.Args[1] == "compose":
		err = compose(os.Args[2], os.Args[3])
	case len(os.Args) == 2 && os.Args[1] == "promql":
		err = promql()
	default:
		err = fmt.Errorf("usage: check compose FILE ENV_FILE | check promql < EXPRESSIONS, one a line")
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// Prints the project as Compose v2 understands it, with every profile, as JSON.
func compose(file, envFile string) error {
	options, err := cli.NewProjectOptions([]string{file},
		cli.WithName("edgechat"), cli.WithEnvFiles(envFile), cli.WithDotEnv, cli.WithProfiles([]string{"*"}))
	if err != nil {
		return err
	}
	project, err := options.LoadProject(context.Background())
	if err != nil {
		return err
	}
	json, err := project.MarshalJSON()
	if err != nil {
		return err
	}
	_, err = os.Stdout.Write(json)
	return err
}

func promql() error {
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		if _, err := parser.ParseExpr(lines.Text()); err != nil {
			return fmt.Errorf("%s: %w", lines.Text(), err)
		}
	}
	return lines.Err()
}
