<?php
// Asks PHP's memcache extension which server it picks for keys.
//
// Usage: php pecl-memcache-picks.php OPTIONS
//
// OPTIONS is a JSON object: "strategy" and "hash", of the extension's settings; "servers", a list of hosts, ports,
// weights, and whether they are up; "copies", 0 if keys are only looked up, or on how many servers each is
// stored. Keys come in lines of standard input. For each key the host and port of its server are printed, or
// nothing if there is none; when keys are stored, 1 if the key was taken.

$options = json_decode($argv[1], true);
ini_set('memcache.hash_strategy', $options['strategy']);
ini_set('memcache.hash_function', $options['hash']);
if ($options['copies'] > 0) {
    ini_set('memcache.redundancy', $options['copies']);
}
$memcache = new MemcachePool;
$down = [];
foreach ($options['servers'] as [$host, $port, $weight, $isUp]) {
    // A server that counts as failed from the start is not tried again.
    $memcache->addServer($host, $port, 0, true, $weight, 1, -1, $isUp);
    if (!$isUp) {
        $down["$host:$port"] = true;
    }
}
while (($line = fgets(STDIN)) !== false) {
    $key = substr($line, 0, -1);
    if ($options['copies'] > 0) {
        echo $memcache->set($key, $key) ? 1 : 0, "\n";
        continue;
    }
    // The last server that was tried is named even where it has failed.
    $server = $memcache->findServer($key);
    echo $server === false || isset($down[$server]) ? '' : $server, "\n";
}
