// Command podnet is the smallest pod network that kind needs; kind's own has no published module.
// On its node it writes the CNI configuration from node.spec.podCIDR, keeps one route per other node,
// and masquerades what pods send outside of the pod subnet. It runs in the host's network.
package main

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"log"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

const (
	account   = "/var/run/secrets/kubernetes.io/serviceaccount/"
	cniFolder = "/etc/cni/net.d"
	interval  = 2 * time.Second
)

// One table, replaced as a whole, so that a restart leaves nothing twice.
const masquerade = `table ip podnet
delete table ip podnet
table ip podnet {
  chain post {
    type nat hook postrouting priority srcnat;
    ip saddr %[1]s ip daddr != %[1]s fib daddr type != local masquerade
  }
}
`

const conflist = `{"cniVersion":"0.4.0","name":"podnet","plugins":[
{"type":"ptp","mtu":1500,"ipMasq":false,"ipam":{"type":"host-local","dataDir":"/run/cni-ipam-state",
"routes":[{"dst":"0.0.0.0/0"}],"ranges":[[{"subnet":%q}]]}},
{"type":"portmap","capabilities":{"portMappings":true}}]}
`

type nodeList struct {
	Items []struct {
		Metadata struct{ Name string }
		Spec     struct{ PodCIDR string }
		Status   struct {
			Addresses []struct{ Type, Address string }
		}
	}
}

func run(stdin, name string, arguments ...string) error {
	command := exec.Command(name, arguments...)
	command.Stdin = strings.NewReader(stdin)
	if output, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("%s %v: %w: %s", name, arguments, err, output)
	}
	return nil
}

// apiServer is the address that kind patches in; service addresses may not work yet.
func apiServer() string {
	if endpoint := os.Getenv("CONTROL_PLANE_ENDPOINT"); endpoint != "" {
		return endpoint
	}
	return os.Getenv("KUBERNETES_SERVICE_HOST") + ":" + os.Getenv("KUBERNETES_SERVICE_PORT")
}

// nodes reads certificate and token anew each time: the kubelet renews both.
func nodes(endpoint string) (list nodeList, err error) {
	authority, err := os.ReadFile(account + "ca.crt")
	if err != nil {
		return list, err
	}
	token, err := os.ReadFile(account + "token")
	if err != nil {
		return list, err
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(authority)
	client := &http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{
		DisableKeepAlives: true,
		TLSClientConfig:   &tls.Config{RootCAs: roots},
	}}
	request, err := http.NewRequest("GET", "https://"+endpoint+"/api/v1/nodes", nil)
	if err != nil {
		return list, err
	}
	request.Header.Set("Authorization", "Bearer "+strings.TrimSpace(string(token)))
	response, err := client.Do(request)
	if err != nil {
		return list, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return list, fmt.Errorf("list of nodes: %s", response.Status)
	}
	return list, json.NewDecoder(response.Body).Decode(&list)
}

// writeConflist renames into place: containerd must never read half a file.
func writeConflist(subnet string) error {
	temporary := filepath.Join(cniFolder, ".podnet.tmp")
	if err := os.WriteFile(temporary, fmt.Appendf(nil, conflist, subnet), 0o644); err != nil {
		return err
	}
	return os.Rename(temporary, filepath.Join(cniFolder, "10-podnet.conflist"))
}

func main() {
	me, subnet := os.Getenv("NODE_NAME"), os.Getenv("POD_SUBNET")
	if err := run(fmt.Sprintf(masquerade, subnet), "nft", "-f", "-"); err != nil {
		log.Fatal(err)
	}
	done := map[string]string{}
	for ; ; time.Sleep(interval) {
		list, err := nodes(apiServer())
		if err != nil {
			log.Print(err)
			continue
		}
		for _, node := range list.Items {
			address := ""
			for _, a := range node.Status.Addresses {
				if a.Type == "InternalIP" && !strings.Contains(a.Address, ":") {
					address = a.Address
				}
			}
			name, pods := node.Metadata.Name, node.Spec.PodCIDR
			if pods == "" || address == "" || done[name] == pods+address {
				continue
			}
			if name == me {
				err = writeConflist(pods)
			} else {
				err = run("", "ip", "route", "replace", pods, "via", address)
			}
			if err != nil {
				log.Print(err)
				continue
			}
			done[name] = pods + address
			log.Printf("%s: %s via %s", name, pods, address)
		}
	}
}
